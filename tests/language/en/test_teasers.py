"""Leads that tell no news."""

from __future__ import annotations

import pytest

from standfirst.language.en.teasers import is_teaser
from standfirst.language.parser import SentenceParser


@pytest.mark.parametrize(
    "lead",
    [
        "Guarding a lighthouse might seem the ideal job for a man who likes to read.",
        "Harbours get lots of odd callers, but few sing like this.",
        "Forget rods and nets.",
        "A quiet berth can be a hard thing to find.",
        "When you are fishing for compliments a quiet berth is essential.",
        "When it comes to a view of Felden, most people would be content with the tower.",
        "You would think that all anchors are alike, but Harwick sells new ones.",
        "It is fair to say that Felden has never seen so many boats.",
        "For most sailors an anchor is a thing that sinks.",
    ],
)
def test_how_things_are_in_general_is_a_teaser(parser: SentenceParser, lead: str) -> None:
    assert is_teaser(parser.parse([lead])[0])


@pytest.mark.parametrize(
    "lead",
    [
        "A ferry has lost its anchor in a storm.",
        "A man was pulled from the water by two boys.",
        "Ferries will be able to dock at night from June.",
        "Two harbours are to close after a storm.",
        "Anchors are getting heavier, a survey suggests.",
        "Felden is the best harbour in the world.",
        "Fish is dearer by 40%.",
        "The job is quiet, but a guard was beaten on Monday.",
        "Faster ferries could be in use in Felden by June.",
    ],
)
def test_what_happens_or_was_said_is_news(parser: SentenceParser, lead: str) -> None:
    assert not is_teaser(parser.parse([lead])[0])
