"""``standfirst evaluate``: briefings are measured on a file of articles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from standfirst.cli import main

STORY = Path(__file__).parents[2] / "service/standfirst/sample.json"


def test_systems_are_measured_beside_the_briefings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data.jsonl"
    sample = json.loads(STORY.read_text())
    data.write_text(json.dumps(sample | {"reference": sample["text"][:300], "systems": {"lead": sample["text"][:136]}}))
    assert main(["evaluate", str(data), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result["systems"]) == {"standfirst", "quoted only", "lead-3", "lead"}
    assert result["systems"]["standfirst"]["backed"] == 1.0
    assert result["systems"]["standfirst"]["unsupported_entities"] == 0
    assert result["systems"]["lead"]["rouge"]["rouge1"]["value"] > 0


def test_a_line_without_a_text_is_named(tmp_path: Path, fails: Callable[..., str]) -> None:
    (tmp_path / "data.jsonl").write_text('{"title": "No text"}')
    assert "line 1: text" in fails("evaluate", str(tmp_path / "data.jsonl"))
