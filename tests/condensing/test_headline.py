"""The headline: which of several texts comes first."""

from __future__ import annotations

import numpy as np

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.headline import ranked_headlines
from standfirst.condensing.information import Information

SALIENCE = {"council": 0.6, "close": 0.5, "bridg": 0.9, "monday": 0.05, "river": 0.1}
INFORMATION = Information(np.zeros((1, 1), dtype=np.float32), np.zeros(1), SALIENCE)


def candidate(text: str, *stems: str) -> Candidate:
    return Candidate(text, "shortened", (0,), frozenset(stems))


def test_the_headline_that_says_most_for_its_words_comes_first() -> None:
    whole = candidate("The council closed the bridge over the river on Monday", *SALIENCE)
    long = candidate("Council closes bridge over river on Monday", *SALIENCE)
    best = candidate("Council closes bridge", "council", "close", "bridg")
    empty = candidate("Council acts on Monday", "council", "monday")
    assert ranked_headlines([empty, long, best], whole, INFORMATION) == [best, long, empty]
