"""The choice of the sentences that back a claim."""

from __future__ import annotations

import pytest

from standfirst.grounding.backing import BackingIndex
from standfirst.language.en.analysis import Analyzer

ANALYZER = Analyzer()
SENTENCES = [
    "Harwick council met on Tuesday in the old town hall.",
    "The council voted 14 to 3 to close the Old Mill bridge for nine months.",
    "Buses 4 and 11 will be sent over the ring road.",
    "Mayor Jo Lee has promised a ferry.",
    "She said that it would sail every hour.",
]
INDEX = BackingIndex([ANALYZER.analyse(sentence) for sentence in SENTENCES])


@pytest.mark.parametrize(
    ("claim", "sources"),
    [
        ("The council voted to close the bridge.", (1,)),
        ("The council closes the Old Mill bridge, and buses 4 and 11 are sent over the ring road.", (1, 2)),
        ("Penguins swim.", ()),
    ],
)
def test_the_fewest_sentences_are_chosen_that_hold_what_a_claim_says(claim: str, sources: tuple[int, ...]) -> None:
    assert INDEX.select(ANALYZER.analyse(claim)) == sources


def test_a_name_or_a_number_that_stands_elsewhere_adds_its_sentence() -> None:
    claim = ANALYZER.analyse("The council voted to close the bridge, as Jo Lee feared, and bus 11 takes the ring road.")
    assert {1, 2, 3} <= set(INDEX.select(claim))


def test_at_most_five_sentences_are_chosen() -> None:
    sentences = [
        f"{name} voted for number {n}." for n, name in enumerate(["Ada", "Bea", "Cy", "Di", "Ed", "Flo", "Gus"])
    ]
    index = BackingIndex([ANALYZER.analyse(sentence) for sentence in sentences])
    assert len(index.select(ANALYZER.analyse("They were: Ada, Bea, Cy, Di, Ed, Flo and Gus."))) == 5
