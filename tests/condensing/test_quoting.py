"""Quoting: what is cut from a sentence of the article, and what is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.condensing.quoting import as_headline, as_quotation


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("However, the council voted.", "The council voted."),
        ("But the council\nvoted.", "The council voted."),
        ("But for the council, it would be closed.", "But for the council, it would be closed."),
        ("Android phones sold well.", "Android phones sold well."),
        ("iPhones sold well.", "iPhones sold well."),
        ("Also, said Jo Lee, the council voted.", "Also, said Jo Lee, the council voted."),
    ],
)
def test_an_opening_connective_is_cut(text: str, shown: str) -> None:
    assert as_quotation(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("FELDEN, June 11, 2024 -- Orme Drugs said it had failed.", "Orme Drugs said it had failed."),
        ("LONDON (Reuters) - Ships have stopped.", "Ships have stopped."),
        ("Felden, Orme (CNN) Ships have stopped.", "Ships have stopped."),
        ("(The Felden Mercury) Ships have stopped.", "Ships have stopped."),
        ("(Some) ships have stopped.", "(Some) ships have stopped."),
        (
            "The Felden Harbour Board (FHB) Council has stopped ships.",
            "The Felden Harbour Board (FHB) Council has stopped ships.",
        ),
        ("NEW YORK — The council voted.", "The council voted."),
        ("IBM – the maker of computers – has failed.", "IBM – the maker of computers – has failed."),
        ("US-made ships have stopped.", "US-made ships have stopped."),
    ],
)
def test_a_dateline_is_cut(text: str, shown: str) -> None:
    assert as_quotation(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("18:40 The bridge is open.", "The bridge is open."),
        ("6.05pm: The bridge is open.", "The bridge is open."),
        ("9.58 seconds was the time.", "9.58 seconds was the time."),
        ("10:30 is the time.", "10:30 is the time."),
    ],
)
def test_the_time_of_a_post_is_cut(text: str, shown: str) -> None:
    assert as_quotation(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The work will cost £2.4m.", "The work will cost £2.4m"),
        ("It was made in the U.S.", "It was made in the U.S."),
        ("He works for Apple Inc.", "He works for Apple Inc."),
        ("Is it closed?", "Is it closed?"),
    ],
)
def test_a_headline_keeps_a_full_stop_only_in_an_abbreviation(text: str, shown: str) -> None:
    assert as_headline(text) == shown


@given(st.text(min_size=1).filter(str.strip))
def test_quoting_adds_no_word(text: str) -> None:
    known = text.casefold().split()
    assert all(word.casefold() in known for word in as_quotation(text).split())
