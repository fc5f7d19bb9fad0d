"""Quoting: what can stand alone, and what may be cut without a change of meaning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.condensing.quoting import Standing, as_headline, quoted, standing


@pytest.mark.parametrize(
    "text",
    [
        "Harwick council voted to close the bridge.",
        "“We are ready,” Ann Lee told reporters.",
        "On Tuesday the council said it would report in February.",
        "U.S. officials have said the build-up goes on.",
        "US officials have said the build-up goes on.",
        "IT workers at the council went on strike.",
        "Harwick said it would close the bridge by May.",
        "Lawyers have called a diver as their first witness.",
        "The council and the WHO will report in February.",
    ],
)
def test_a_sentence_that_says_who_did_what_stands_alone(text: str) -> None:
    assert standing(text) is Standing.ALONE


@pytest.mark.parametrize(
    "text",
    [
        "He said it would be closed.",
        "HE SAID IT WOULD BE CLOSED.",
        "This would take more than two years.",
        "“We are ready,” he said.",
        "The surveyors said that this would take more than two years.",
        "Police said he was held at the port.",
        "Nobody has told them of the plan.",
        "Scroll down for a video.",
        "However, the plan was refused.",
        "After that the council voted.",
        "The former was refused by the council.",
        "Why was the bridge closed?",
        "which was refused by the council of Harwick.",
    ],
)
def test_a_sentence_that_speaks_of_something_before_it_leans(text: str) -> None:
    assert standing(text) is Standing.LEANING


@pytest.mark.parametrize("text", ["A heading", "“We are ready, said Ann Lee.", "Yes.", "(A caption of it."])
def test_half_a_sentence_is_a_fragment(text: str) -> None:
    assert standing(text) is Standing.FRAGMENT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("However, the council voted.", "The council voted."),
        ("But the council\nvoted.", "The council voted."),
        ("But for the council, it would be closed.", "But for the council, it would be closed."),
        ("Android phones sold well.", "Android phones sold well."),
        ("iPhones sold well.", "iPhones sold well."),
    ],
)
def test_only_a_connective_is_taken_from_the_front(text: str, shown: str) -> None:
    assert quoted(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The work will cost £2.4m.", "The work will cost £2.4m"),
        ("It was made in the U.S.", "It was made in the U.S."),
        ("He works for Apple Inc.", "He works for Apple Inc."),
        ("Is it closed?", "Is it closed?"),
    ],
)
def test_a_headline_has_no_full_stop_but_an_abbreviations(text: str, shown: str) -> None:
    assert as_headline(text) == shown


@given(st.text(min_size=1).filter(str.strip))
def test_quoting_adds_no_word(text: str) -> None:
    known = text.casefold().split()
    assert all(word.casefold() in known for word in quoted(text).split())


def test_an_abbreviation_that_reads_like_a_pronoun_leans_on_nothing() -> None:
    assert standing("US firms added 146,000 jobs in January.") is Standing.ALONE


def test_a_pronoun_in_capitals_leans_where_all_is_in_capitals() -> None:
    assert standing("IT IS TO BE BUILT NEXT YEAR IN HARWICK.") is Standing.LEANING
