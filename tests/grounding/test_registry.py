"""The registry: which checks run, and how overlapping problems are merged."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from standfirst.grounding.case import Problem, Quoted
from standfirst.grounding.registry import ENGLISH, UnknownCheck, merge
from standfirst.language.en.analysis import Analyzer

NUMBER = Problem("number", "the article does not say “£3.4m”", (10, 15))
SENTENCE = Analyzer().analyse("It cost £2.4m.")
SUBSTITUTION = Problem("substitution", "the article says “£2.4m”, not “£3.4m”", (10, 15), Quoted(SENTENCE, (8, 13)))


def test_codes_are_unique() -> None:
    assert len(set(ENGLISH.codes)) == len(ENGLISH.codes)


def test_an_unknown_code_is_refused_with_the_codes_that_there_are() -> None:
    with pytest.raises(UnknownCheck, match=r"code numbr\. The codes are number, date, name"):
        ENGLISH.without(["number", "numbr"])


def test_checks_stay_off() -> None:
    assert ENGLISH.without(["number"]).without(["date"]).off == {"number", "date"}


@pytest.mark.parametrize("problems", [[NUMBER, SUBSTITUTION], [SUBSTITUTION, NUMBER]])
def test_of_two_problems_about_the_same_words_the_message_says_what_the_article_has(problems: list[Problem]) -> None:
    [merged] = merge(problems)
    assert merged.message == SUBSTITUTION.message
    assert merged.code == problems[0].code


def test_problems_about_other_words_stay_apart() -> None:
    negation = Problem("negation", "the article does not say “not” here", (20, 23))
    hedge = Problem("hedge", "the article says “may” here")
    assert merge([NUMBER, negation, hedge]) == (NUMBER, negation, hedge)


def test_problems_that_only_miss_something_stay_apart() -> None:
    quotation = Problem("quotation", "“It cost £3.4m” is not what the article says", (0, 20))
    assert merge([NUMBER, quotation]) == (NUMBER, quotation)


def test_every_check_is_documented_with_its_kinds_and_no_other_is() -> None:
    document = (Path(__file__).parents[2] / "docs/grounding.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(\w+)` \| ([a-z, ]+) \|", document, re.MULTILINE)
    assert [(code, set(kinds.split(", "))) for code, kinds in documented] == [
        (check.code, {kind.value for kind in check.kinds}) for check in ENGLISH.checks
    ]
