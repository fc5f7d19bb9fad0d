"""The capacity model: its table in the documents, and how it grows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.capacity import main

SCALING = Path(__file__).parents[2] / "docs/scaling.md"


def test_the_documents_have_the_table_for_the_figures_that_they_name(capsys: pytest.CaptureFixture[str]) -> None:
    text = SCALING.read_text(encoding="utf-8")
    command = re.search(r"`python -m benchmarks\.capacity (.+?)`", text)
    assert command
    main(command[1].split())
    assert capsys.readouterr().out in text


def test_articles_that_cost_twice_as_much_are_half_as_many_and_take_half_of_the_database(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = []
    for seconds in ("0.5", "1.0"):
        main(["--seconds", seconds, "--memory", "1"])
        rows.append(capsys.readouterr().out.splitlines())
    assert "| articles a second, and a day | 22," in rows[0][2]
    assert "| articles a second, and a day | 11," in rows[1][2]
    assert rows[0][3] == rows[1][3]
    assert "| 0.74 TB |" in rows[0][6]
    assert "| 0.37 TB |" in rows[1][6]
