"""Drafting: what of a writer's answer is kept as a draft."""

from __future__ import annotations

import pytest

from standfirst.condensing.drafting import parse_headline, parse_sentence


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("The bridge will close on Tuesday.", "The bridge will close on Tuesday."),
        ("Here is a summary: The bridge will close on Tuesday.", "The bridge will close on Tuesday."),
        ("- “The bridge will close on Tuesday.”", "The bridge will close on Tuesday."),
        ("The bridge will close on Tuesday. Buses will go", "The bridge will close on Tuesday."),
        ("The U.S. Senate voted on Mr. Lee’s bill. It…", "The U.S. Senate voted on Mr. Lee’s bill."),
    ],
)
def test_the_first_whole_sentence_of_an_answer_is_the_draft(answer: str, kept: str) -> None:
    assert parse_sentence(answer) == kept


@pytest.mark.parametrize(
    "answer", ["", "…", "The bridge will close on", "The bridge will close on Tues…", "It closed.", "The bridge..."]
)
def test_what_was_cut_off_or_says_too_little_is_no_draft(answer: str) -> None:
    assert parse_sentence(answer) is None


def test_a_draft_that_says_two_words_twice_is_none() -> None:
    assert parse_sentence("Two planes are in hospital after two planes collided.") is None


def test_a_headline_has_no_stop_and_is_whole() -> None:
    assert parse_headline("Harwick bridge to close for nine months.") == "Harwick bridge to close for nine months"
    assert parse_headline("Harwick bridge to close for…") is None
    assert parse_headline("Bridge closes") is None
    assert parse_headline("word " * 16) is None
