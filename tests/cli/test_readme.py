"""What the README and the page on digests show is what the command prints."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from standfirst.cli import main

TOP = Path(__file__).parents[2]
README, DIGESTS = ((TOP / name).read_text(encoding="utf-8") for name in ("README.md", "docs/digests.md"))
#: The articles of the digest in the documents.
ARTICLES = {
    "museum.txt": (
        "Museum buys whale\n\n"
        "The museum of natural history in Lowford has bought a fossil of a whale that is eleven metres long. "
        "Visitors will see the skull from Easter."
    ),
    "crash-one.txt": (
        "Train leaves the rails near Marlow\n\n"
        "A train left the rails near Marlow on Monday morning, killing 14 people. "
        "The 07:12 from Leeds to Marlow was carrying about 200 passengers. "
        "The line between Leeds and Marlow will be closed for two weeks. "
        "Investigators have found a crack in one of the rails."
    ),
    "crash-two.txt": (
        "Seventeen die in Marlow train crash\n\n"
        "Seventeen people died when a train left the rails near Marlow on Monday morning. "
        "The line between Leeds and Marlow will be closed for three weeks. "
        "The transport secretary, Joan Reid, will visit Marlow on Tuesday."
    ),
}
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


def test_the_digest_of_the_documents_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in ARTICLES.items():
        Path(name).write_text(text, encoding="utf-8")
    [(command, output)] = re.findall(
        r"^```console\n\$ standfirst (.+?)\n(.+?)…\n```$", DIGESTS, re.DOTALL | re.MULTILINE
    )
    assert main(command.split()) == 0
    assert capsys.readouterr().out.startswith(output)
