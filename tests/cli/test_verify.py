"""``standfirst verify``: a summary is checked against its article."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from standfirst.cli import main


def test_each_sentence_of_a_summary_is_checked(story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("- Buses 4 and 11 will be sent over the ring road.\n- The work will cost £3.4m.\n", "utf-8")
    assert main(["verify", str(story), str(summary)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line[:10].strip() + line[16:] for line in shown[:2]] == [
        "backed  Buses 4 and 11 will be sent over the ring road.",
        "not backed  The work will cost £3.4m.",
    ]
    assert shown[-1].startswith("1 backed, 1 not backed, 0 undecided; support ")
    assert any("£3.4m" in line for line in shown if line.startswith("      - "))
    assert main(["verify", str(story), str(summary), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["sentences"]) == 2


def test_article_and_summary_cannot_share_standard_input(fails: Callable[..., str]) -> None:
    assert "standard input" in fails("verify", "-", "-")


def test_an_empty_summary_is_refused(story: Path, tmp_path: Path, fails: Callable[..., str]) -> None:
    (tmp_path / "empty").touch()
    assert "summary" in fails("verify", str(story), str(tmp_path / "empty"))
