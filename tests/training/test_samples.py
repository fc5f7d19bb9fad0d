"""Sampling from the embedded writer."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.api.scripted_service import STORY
from training import samples
from training.samples import read_samples


def test_a_stopped_run_resumes_with_the_same_prompts(
    tmp_path: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"article": STORY, "text": STORY, "reference": "What people wrote."}
    pairs, out = tmp_path / "pairs.jsonl", tmp_path / "samples.jsonl"
    pairs.write_text(f"{json.dumps(row)}\n" * 3, encoding="utf-8")
    monkeypatch.setattr(samples, "_BATCH", 2)
    arguments = [str(out), "--pairs", str(pairs), "--more", str(pairs), "--models", str(models_dir)]
    monkeypatch.setattr(sys, "argv", ["samples", *arguments])
    samples.main()
    first = list(read_samples(out))
    assert all(one.passage in STORY or one.kind == "headline" for one in first)
    assert {one.reference for one in first} == {"What people wrote."}
    assert all(len(one.outputs) > 1 and any(one.outputs) for one in first)
    lines = out.read_text(encoding="utf-8").splitlines(keepends=True)
    out.write_text("".join(lines[:2]), encoding="utf-8")
    samples.main()
    assert [one.passage for one in read_samples(out)] == [one.passage for one in first]
