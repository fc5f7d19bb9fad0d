"""What a candidate says of what matters: each word once, less its price, and nothing said again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.information import Information

KNOWN = Information(
    np.eye(3, dtype=np.float32), np.zeros(3), {"bridge": 1.0, "closed": 1.0, "council": 0.5, "monday": 0.1}
)


def candidate(text: str, source: int) -> Candidate:
    return Candidate(text, "quoted", (source,), frozenset(text.split()))


NEWS = candidate("bridge closed monday", 0)


def test_a_word_that_is_said_already_gains_nothing() -> None:
    again, new = candidate("bridge monday", 1), candidate("council monday", 1)
    assert KNOWN.gain(new, [NEWS]) == pytest.approx(KNOWN.gain(again, [NEWS]) + 0.5)


def test_of_texts_that_say_the_same_the_shorter_gains_more() -> None:
    assert KNOWN.gain(candidate("council", 1), [NEWS]) > KNOWN.gain(candidate("council of the town", 1), [NEWS])


def test_the_title_tells_which_sentence_is_the_news() -> None:
    other = candidate("council voted", 1)
    assert KNOWN.news(NEWS) > KNOWN.news(other)
    titled = replace(KNOWN, title=KNOWN.vectors[1])
    assert titled.news(other) > KNOWN.news(other)


@pytest.mark.parametrize(
    ("later", "is_said"),
    [
        (candidate("closed bridge council", 1), True),
        (candidate("council voted bridge", 1), False),
        (candidate("council voted", 0), True),
    ],
    ids=["most of its words", "one of its words", "the same sentence"],
)
def test_what_shares_most_words_or_the_sentence_repeats(later: Candidate, is_said: bool) -> None:
    assert KNOWN.repeats(later, [NEWS]) is is_said


def test_sentences_with_like_vectors_repeat_each_other() -> None:
    alike = replace(KNOWN, vectors=np.ones((3, 1), dtype=np.float32))
    assert alike.repeats(candidate("council voted", 1), [NEWS])
