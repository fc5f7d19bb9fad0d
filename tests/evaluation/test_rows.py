"""Evaluation files: what is read, and which line an error names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from standfirst.errors import InvalidRequest
from standfirst.evaluation.rows import read_rows
from tests.api.scripted_service import STORY


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "holds no rows"),
        ("\n \n", "holds no rows"),
        ("{", "line 1: JSON"),
        ('{"text": "A story."}\n{"title": "No text"}', "line 2: text"),
        ('{"text": 7}', "line 1: text"),
        ('{"text": "A story.", "systems": {"a": 1}}', "line 1: systems.a"),
    ],
)
def test_an_error_names_the_line_and_the_field(tmp_path: Path, content: str, named: str) -> None:
    (tmp_path / "data.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(InvalidRequest, match=named):
        read_rows(tmp_path / "data.jsonl")


def test_the_article_is_read_from_either_field(tmp_path: Path) -> None:
    lines = [json.dumps({name: STORY, "id": "ignored"}) for name in ("text", "article")]
    (tmp_path / "data.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert [found.text for found in read_rows(tmp_path / "data.jsonl")] == [STORY, STORY]
