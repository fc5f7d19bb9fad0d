"""The measures of the three findings, and the sentences on which they are taken."""

from __future__ import annotations

from random import Random

import pytest

from benchmarks.findings import Found, area, let_pass, print_curves, print_table, risks, with_falsehoods
from standfirst.domain.verification import SentenceFinding
from standfirst.grounding.case import Problem
from standfirst.grounding.index import Verdict


def found(is_true: bool, finding: SentenceFinding, support: float, *problems: Problem, text: str = "It is.") -> Found:
    return Found(text, is_true, Verdict(finding, support, (), problems))


SURE, SURER = found(True, "backed", 0.8), found(True, "backed", 0.9)
WRONG = found(True, "not_backed", 0.2)
OPEN = found(False, "undecided", 0.5)
NAME = Problem("name", "the article does not have Jo")


def test_shares_are_printed_with_the_number_of_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    print_table({"some": [[SURE, WRONG], [SURER, OPEN]]})
    printed = " ".join(capsys.readouterr().out.split())
    assert "decided 0.750 (0.500 to 1.000) of 4" in printed
    assert "of the decided, right 0.667" in printed
    assert "of the backed, true 1.000 (1.000 to 1.000) of 2" in printed
    assert "of the false, backed 0.000 (0.000 to 0.000) of 1" in printed
    assert "names" not in printed


def test_a_true_name_is_refused_where_its_check_has_no_doubt(capsys: pytest.CaptureFixture[str]) -> None:
    refused = found(True, "not_backed", 0.1, NAME, text="She met Jo.")
    doubted = found(True, "undecided", 0.4, Problem("name", "", is_doubt=True), text="She met Jo.")
    print_table({"some": [[refused, doubted, OPEN]]})
    assert "true names refused       0.500 (0.500 to 0.500) of 2" in capsys.readouterr().out


def test_the_surest_findings_are_decided_first(capsys: pytest.CaptureFixture[str]) -> None:
    articles = [[SURE, WRONG], [SURER, OPEN]]
    at = list(risks(articles))
    assert at[0] == 0  # the surest alone
    assert at[-3] == pytest.approx(1 / 3)  # three of four
    assert at[-1] is None  # less is decided
    print_curves({"some": articles})
    assert capsys.readouterr().out.rstrip().endswith("| 33.3% | 33.3% | – | – |")


def test_true_sentences_pass_above_the_false_ones() -> None:
    articles = [[SURE, WRONG, OPEN]]
    assert let_pass(articles) == 0.5
    assert area(articles) == 0.5


def test_each_claim_stands_beside_one_false_sentence_made_of_it() -> None:
    article = "Jo Lee closed 14 bridges in May. The council met on Tuesday in the hall. It rained for 9 days."
    text, labelled = with_falsehoods(article, ["Jo Lee closed 14 bridges.", "It rained for 9 days."], Random(0))
    assert text == article
    assert [is_true for _, is_true in labelled] == [True, False, True, False]
    assert labelled[1][0] != labelled[0][0]
