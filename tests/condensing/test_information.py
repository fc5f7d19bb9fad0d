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


def test_of_sentences_that_say_as_much_the_one_that_stands_alone_gains_more() -> None:
    alone = candidate("council", 1)
    assert KNOWN.gain(alone, [NEWS]) > KNOWN.gain(replace(alone, follows=0), [NEWS])


def test_a_sentence_that_is_like_the_title_tells_more_of_the_news() -> None:
    other = candidate("council voted", 1)
    assert KNOWN.news(NEWS, 0) > KNOWN.news(other, 0)
    titled = replace(KNOWN, title=KNOWN.vectors[1])
    assert titled.news(other, 0) > KNOWN.news(other, 0)
    assert titled.gain(other, [NEWS]) > KNOWN.gain(other, [NEWS])


def near(cosine: float) -> Information:
    """What is known of an article whose second sentence has that cosine with the first."""
    second = [cosine, (1 - cosine**2) ** 0.5]
    return replace(KNOWN, vectors=np.array([[1, 0], second, [0, 1]], dtype=np.float32))


@pytest.mark.parametrize(
    ("later", "cosine", "is_said"),
    [
        (candidate("closed bridge council", 1), 0.6, True),
        (candidate("closed bridge council", 1), 0.3, False),
        (candidate("council voted bridge", 1), 0.6, False),
        (candidate("council voted", 1), 0.9, True),
        (candidate("council voted", 0), 0.0, True),
    ],
    ids=["most of its words", "most of its words, but another matter", "one of its words", "like it", "its sentence"],
)
def test_what_is_like_a_sentence_and_has_its_words_repeats_it(later: Candidate, cosine: float, is_said: bool) -> None:
    assert near(cosine).repeats(later, [NEWS]) is is_said
