"""The program that measures GPUs, as far as a CPU shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.device import by_rows, main
from standfirst_models.protocols.writer import Prompt
from tests.models.scripted import ScriptedWriter

pytestmark = pytest.mark.model  # it imports torch


def test_without_a_gpu_it_says_what_to_try(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.argv", ["device", str(tmp_path / "articles.jsonl")])
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(SystemExit, match="finds no GPU here"):
        main()


def test_no_batch_is_larger_than_the_device_allows(capsys: pytest.CaptureFixture[str]) -> None:
    writer = ScriptedWriter()
    by_rows(writer, [Prompt("Shorten it.", f"The bridge number {n} is closed.", 20) for n in range(3)], "cpu")
    rows = [line.split(" | ")[0] for line in capsys.readouterr().out.splitlines()[2:]]
    assert rows == ["| 1", "| 4", "| 8"]
    assert max(map(len, writer.history)) == writer.batch_budget.rows
