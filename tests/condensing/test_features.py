"""The features of sentences."""

from __future__ import annotations

import numpy as np

from standfirst.condensing.features import sentence_features


def test_a_word_that_an_earlier_sentence_contains_changes_the_features_of_a_later_one() -> None:
    repeated = ["The Harwick bridge is closed.", "Harwick has a bridge.", "Nobody swims in winter."]
    distinct = ["Nobody swims in winter.", *repeated[1:]]
    vectors = np.eye(3, dtype=np.float32)
    with_repetition = sentence_features(repeated, vectors, [True] * 3)
    without = sentence_features(distinct, vectors, [True] * 3)
    assert with_repetition.shape == without.shape
    assert not np.allclose(with_repetition[1], without[1])


def test_the_number_of_features_does_not_depend_on_the_article() -> None:
    one = sentence_features(["Rain."], np.ones((1, 1), dtype=np.float32), [False])
    many = sentence_features(["Rain fell."] * 50, np.ones((50, 1), dtype=np.float32), [True] * 50)
    assert (one.shape[0], many.shape[0]) == (1, 50)
    assert one.shape[1] == many.shape[1]
