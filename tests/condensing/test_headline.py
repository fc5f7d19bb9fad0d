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


def test_a_word_beyond_the_tenth_must_say_more_than_one_before() -> None:
    whole = candidate("The council closed the bridge over the river on Monday", "council", "close", "river")
    three, four = (
        candidate("Council closes bridge", "council", "close"),
        candidate("Council closes river bridge", *whole.stems),
    )
    assert ranked_headlines([three, four], whole, INFORMATION) == [four, three]
    ten = candidate("Council closes bridge " + "to cars " * 3 + "today", "council", "close")
    eleven = candidate("Council closes river bridge " + "to cars " * 3 + "today", *whole.stems)
    assert ranked_headlines([ten, eleven], whole, INFORMATION) == [ten, eleven]
