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


def test_at_most_three_sentences_are_chosen() -> None:
    assert len(INDEX.select(ANALYZER.analyse(" ".join(SENTENCES)))) == 3


def test_the_antecedents_of_a_pronoun_are_the_two_sentences_before_it() -> None:
    assert INDEX.antecedents([4]) == (2, 3)
    assert INDEX.antecedents([0, 1]) == ()
