"""Attribution: a draft gets back the speaker whom its sentence names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.reading.text import read_text
from tests.embedded import embedded_grounding

#: The article does not matter: a draft is held against its own sentence.
INDEX = embedded_grounding().index(read_text("The bridge is closed."))


def with_speaker(draft: str, source: str) -> str:
    return INDEX.with_speaker(draft, source)


@pytest.mark.parametrize(
    ("draft", "source", "whole"),
    [
        (
            "The bridge is unsafe.",
            "The bridge is unsafe at any time of the day, according to a survey.",
            "The bridge is unsafe, according to a survey.",
        ),
        (
            "Two men were held at the port.",
            "Two men were held at the port on Friday night, police said.",
            "Two men were held at the port, police said.",
        ),
        (
            "The bridge was built too low.",
            '"The bridge was built too low for the ships," the port said.',
            "The bridge was built too low, the port said.",
        ),
        (
            "The new bridge would cost £4m.",
            "Mayor Jo Lee said that the new bridge would cost £4m and take a year.",
            "Mayor Jo Lee said that the new bridge would cost £4m.",
        ),
        (
            "Harwick would pay for the bridge.",
            "Jo Lee told the council that Harwick would pay for the bridge by May.",
            "Jo Lee told the council that Harwick would pay for the bridge.",
        ),
        (
            "The bridge would close.",
            "Jo Lee told the council the bridge would close by May.",
            "Jo Lee told the council the bridge would close.",
        ),
        (
            "Traffic has doubled.",
            "According to the council, traffic has doubled since 2010.",
            "According to the council, traffic has doubled.",
        ),
        (
            "The council wants to sell the bridge.",
            "The council of Harwick has said it wants to sell the bridge and the ferry.",
            "The council of Harwick has said it wants to sell the bridge.",
        ),
    ],
)
def test_a_draft_gets_the_speaker_whom_its_sentence_names(draft: str, source: str, whole: str) -> None:
    assert with_speaker(draft, source) == whole


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("The bridge is unsafe.", "The bridge is unsafe at any time of the day, he said."),
        ("We need the bridge.", '"We need the bridge and the ferry," said Jo Lee.'),
        ("The bridge is unsafe, a survey says.", "The bridge is unsafe at any time, according to a survey."),
        ("The council wants to sell the bridge.", "The council said Jo Lee wants to sell the bridge and the ferry."),
        ("The mayor resigned in May.", "The mayor, who said last year that he would stay, resigned in May."),
    ],
)
def test_a_draft_stays_as_it_is_where_its_sentence_names_no_speaker_for_it(draft: str, source: str) -> None:
    assert with_speaker(draft, source) == draft


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_words_of_a_draft_stay(draft: str, source: str) -> None:
    assert draft[1:].removesuffix(".") in with_speaker(draft, source)
