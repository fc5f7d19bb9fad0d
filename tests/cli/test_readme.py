"""What the README shows is what the command prints of the sample article."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from standfirst.cli import main

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SUMMARY = (
    "Harwick council voted to close the Old Mill bridge to all traffic for nine months. "
    "The work will cost £3.4m, of which the county will pay £1.5m. The council will sell the bridge."
)
#: A support depends on the processor: bf16 or fp32.
_SUPPORT = re.compile(r"\b0\.\d+")


def supports(text: str) -> list[float]:
    return [float(found) for found in _SUPPORT.findall(text)]


def test_the_commands_of_the_readme_print_what_it_shows(
    story: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(story.parent)
    Path("summary.txt").write_text(SUMMARY, encoding="utf-8")
    shown = re.findall(r"^```console\n\$ standfirst (.+?)\n(.+?)^```$", README, re.DOTALL | re.MULTILINE)
    assert [command.split()[0] for command, _ in shown] == ["brief", "verify"]
    for command, output in shown:
        assert main(command.split()) == 0
        printed = capsys.readouterr().out
        assert _SUPPORT.sub("", printed) == _SUPPORT.sub("", output)
        assert supports(printed) == pytest.approx(supports(output), abs=0.03)


def test_the_sentence_of_the_readme_is_in_the_briefing_as_json(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [shown] = re.findall(r"^```jsonc\n(.+?)^```$", README, re.DOTALL | re.MULTILINE)
    sentence = json.loads(re.sub(r" +//.*", "", shown))
    assert main(["brief", "--json", str(story)]) == 0
    headline = json.loads(capsys.readouterr().out)["headline"]
    assert headline.pop("support") == pytest.approx(sentence.pop("support"), abs=0.03)
    assert headline | sentence == headline
