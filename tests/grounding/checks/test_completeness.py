"""Completeness: a draft that has lost its verb or its end is told from one that is merely short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.grounding.checks.completeness import is_whole


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        (
            "The father of one of three men arrested in Leeds.",
            "The father of one of three men arrested in Leeds works for the council, police said.",
        ),
        ("Payments in dollars will from May.", "Payments in dollars will from May be subject to a tax of a tenth."),
        ("A nurse who beat her fear and left home.", "A nurse who beat her fear and left home fell down a hole."),
        ("A couple who fell ill as they returned.", "A couple who fell ill as they returned have sued the airline."),
        (
            "Believed to be from the first century.",
            "Believed to be from the first century, the castle was never built.",
        ),
        ("As three million users took to the site.", "As three million users took to the site, it broke down."),
        (
            "The snaps of a cat on a roof in Somerset.",
            "The snaps of a cat on a roof in Somerset, illustrate the peril.",
        ),
        (
            "The joke book by Jake Lee, which was displayed in shops.",
            "The joke book by Jake Lee, which was displayed in shops, is gone.",
        ),
        (
            "Taken on the front line outside the city.",
            "Taken on the front line outside the city, this picture shows two men.",
        ),
        ("Police were called to the site shortly.", "Police were called to the site shortly before noon."),
        ("The talks will not begin until.", "The talks will not begin until after the season."),
        (
            "The thief reached into the pocket of Mr Ogden, 80,.",
            "The thief reached into the pocket of Mr Ogden, 80, twice.",
        ),
        (
            "The port has assured firms with ships in the town.",
            "The port has assured firms with ships in the town that it will not close.",
        ),
        ("", "The bridge will close."),
    ],
)
def test_a_draft_without_its_verb_or_its_end_is_not_whole(draft: str, source: str) -> None:
    assert not is_whole(draft, source)


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        (
            "Brian Lee, 37, entered his plea on Friday.",
            "Brian Lee, 37, entered his plea on Friday after he was indicted.",
        ),
        (
            "The port is to mend all cranes with a faulty pump.",
            "The port is to mend all cranes with a faulty pump supplied by a firm in Leeds.",
        ),
        ("Harwick has raised the limit for trade in ships.", "Harwick has raised the limit for trade in ships parts."),
        ("The company owns Ferrari.", "The company, which is based in Turin, owns Ferrari."),
        (
            "A mother whose baby nearly died has urged others to take care.",
            "A mother whose baby nearly died has urged care.",
        ),
        ("Reading lost again.", "Reading lost again as they were beaten by Leeds."),
        ("Toto Wolff believes the driver was back to his best.", "Toto Wolff believes the driver was back, he said."),
        ("After the vote, the council closed the bridge.", "After the vote, the council closed the bridge for a year."),
        (
            "The # 50 dolls are said to hold spirits of people who died.",
            "The # 50 dolls are said to hold spirits of people.",
        ),
    ],
)
def test_a_short_sentence_is_whole(draft: str, source: str) -> None:
    assert is_whole(draft, source)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_can_be_asked_about(draft: str, source: str) -> None:
    assert is_whole(draft, source) in (True, False)
