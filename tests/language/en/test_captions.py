"""Captions that read like sentences: who does what in a picture."""

from __future__ import annotations

import pytest

from standfirst.language.en.captions import is_caption
from standfirst.language.parser import SentenceParser


@pytest.mark.parametrize(
    "sentence",
    [
        "Maria Lund looks on as the ferry leaves the harbour of Felden.",
        "Captain Vera Lund celebrates the goal of Peter Bell as Felden beat Harwick.",
        "Bram Otter hits a shot during the final against Harwick on Monday.",
        "Peter Bell celebrates after scoring the second goal for Felden.",
        "Anna Hart attends the film festival of Harwick in 2014 with her husband.",
        "Peter Bell celebrates after Felden beat Harwick on Saturday.",
        "Peter Bell raises his arms after the final whistle.",
        "Bram Otter hits his first drive on Thursday morning.",
        "Maria Lund poses with a cardboard figure of the mayor.",
    ],
)
def test_what_somebody_does_in_a_picture_is_a_caption(parser: SentenceParser, sentence: str) -> None:
    assert is_caption(parser.parse([sentence])[0])


@pytest.mark.parametrize(
    "sentence",
    [
        "Maria Lund looked on as the ferry left the harbour of Felden.",
        "Peter Bell says that he will leave after scoring the second goal for Felden.",
        "Italy plans to sell the ferry in 2015.",
        "The talks come as the harbour closes for two weeks.",
        "Anna Hart does not attend the festival while her husband is ill.",
        "Felden faces Harwick on Saturday after beating Bramford.",
        "Peter Bell goes on trial on Monday, charged with the theft of a ferry.",
        "Maria Lund poses a risk to the harbour of Felden.",
        "Anna and Peter Hart fly to the island of Orrin six weeks after the flood.",
    ],
)
def test_what_was_done_or_is_to_come_is_no_caption(parser: SentenceParser, sentence: str) -> None:
    assert not is_caption(parser.parse([sentence])[0])
