"""Near-duplicates: edited versions of an article are found, and other reports are not."""

from __future__ import annotations

import re

import pytest

from standfirst.digesting.fingerprint import fingerprint, near_duplicates
from standfirst.reading.text import read_text
from tests.api.scripted_service import STORY
from tests.reports import OTHER, RIVAL

SENTENCES = re.split(r"(?<=\.) ", STORY)


def copies(*texts: str) -> list[tuple[int, int]]:
    return near_duplicates([fingerprint(read_text(text)) for text in texts])


@pytest.mark.parametrize(
    "edited",
    [
        STORY,
        " ".join(SENTENCES[:3]),
        " ".join(SENTENCES[::-1]),
        STORY.replace("Tom Pryce", "Ann Lee").replace("February", "March"),
        STORY.upper(),
        f"By Our Reporter\n\n{STORY}\n\nSubscribe to our newsletter",
    ],
    ids=["identical", "shortened", "reordered", "words replaced", "upper case", "boilerplate added"],
)
def test_an_edited_version_is_a_near_duplicate(edited: str) -> None:
    assert copies(OTHER, STORY, edited) == [(1, 2)]


def test_another_report_of_the_same_event_is_not_a_near_duplicate() -> None:
    assert copies(STORY, RIVAL) == []


def test_a_very_short_text_is_a_near_duplicate_only_of_an_identical_one() -> None:
    assert copies("Rain fell.", "Rain fell.", "Rain fell again.") == [(0, 1)]


def test_identical_texts_are_paired_with_the_first() -> None:
    assert copies(STORY, STORY, OTHER, STORY) == [(0, 1), (0, 3)]
