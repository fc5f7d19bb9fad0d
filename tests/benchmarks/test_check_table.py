"""The table of checks: what each finds in false and in true sentences, and what nothing else would find."""

from __future__ import annotations

import re

import pytest

from benchmarks.check_table import print_check_table
from standfirst.grounding.registry import ENGLISH
from standfirst.language.parser import SentenceParser
from tests.models.scripted import ScriptedVerifier

JUDGED = {
    "article": "Harwick council will not close the bridge in May. Jo Lee may resign, the council said on Tuesday.",
    "sentences": [
        {"text": "Harwick council will close the bridge in May.", "supported": False},
        {"text": "Harwick council will not close the bridge in June 2021.", "supported": False},
        {"text": "Harwick council will not close the bridge.", "supported": True},
    ],
}
ARTICLE = {
    "text": "The mayor's brother was arrested at the port on Friday. Police said that he had sold 14 ferries. "
    "The ferries were found in Leeds. The council will meet on Monday. Jo Lee has called for calm."
}


def counts(capsys: pytest.CaptureFixture[str]) -> dict[str, list[int]]:
    """Return the numbers of each row of the table that was printed."""
    rows = re.findall(r"^\| (\w+) \| (\d.*) \|$", capsys.readouterr().out, re.MULTILINE)
    return {code: [int(number) for number in numbers.split(" | ")] for code, numbers in rows}


def test_a_check_is_alone_where_it_alone_refuses_a_false_claim(
    capsys: pytest.CaptureFixture[str], parser: SentenceParser
) -> None:
    print_check_table([JUDGED], [], ScriptedVerifier(), parser)
    found = counts(capsys)
    assert list(found) == list(ENGLISH.codes)
    assert found["negation"] == [1, 1, 1, 0, 0, 0]
    assert found["date"] == [1, 0, 0, 0, 0, 0]  # in other words it is undecided without the check too


def test_drafts_are_made_of_the_sentences_of_articles(
    capsys: pytest.CaptureFixture[str], parser: SentenceParser
) -> None:
    print_check_table([], [ARTICLE], ScriptedVerifier(), parser)
    found = counts(capsys)
    assert found["attachment"][0] == 3
    assert found["attribution"][0] == 1
    assert found["context"][0] >= 1
