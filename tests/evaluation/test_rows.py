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


def test_bytes_that_are_no_text_are_a_wrong_line(tmp_path: Path) -> None:
    (tmp_path / "data.jsonl").write_bytes(b'{"text": "A story."}\n{"text": "\xff"}')
    with pytest.raises(InvalidRequest, match="line 2: JSON"):
        read_rows(tmp_path / "data.jsonl")


def test_a_line_separator_within_a_text_does_not_end_its_row(tmp_path: Path) -> None:
    row = json.dumps({"text": "One line.\u2028Another."}, ensure_ascii=False)
    (tmp_path / "data.jsonl").write_text(row, encoding="utf-8")
    assert [found.text for found in read_rows(tmp_path / "data.jsonl")] == ["One line.\u2028Another."]
