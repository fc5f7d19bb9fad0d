"""The fit of a calibration to judged sentences."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from standfirst.grounding.fitting import Fit, Judged, fit, fit_readings


def test_the_fit_finds_the_weights_that_made_the_labels() -> None:
    random = np.random.default_rng(0)
    features = random.normal(size=(4000, 2))
    odds = 2 * features[:, 0] - features[:, 1] + 0.5
    labels = (random.random(4000) < 1 / (1 + np.exp(-odds))).astype(float)
    share = labels.mean()
    bias = 0.5 - np.log(share / (1 - share)) + np.log(2)  # as if two of three were true
    assert fit(features, labels) == pytest.approx([2, -1, bias], abs=0.2)


def test_a_feature_that_is_always_zero_gets_no_weight() -> None:
    labels = np.array([0.0, 1.0, 1.0, 0.0, 1.0])
    assert fit(np.array([[0.0, 1], [0, 2], [0, 3], [0, 0], [0, 1]]), labels)[0] == 0


def test_a_reading_finds_backed_from_where_95_of_100_are_backed_and_not_backed_where_95_are_not() -> None:
    random = np.random.default_rng(0)
    labels = random.random(1000) < 0.5
    logits = np.where(labels, 2.0, -2.0) + random.normal(size=1000)
    features = np.stack([np.zeros(1000), logits], axis=1)
    fitted = reworded(features, labels)
    assert fitted is not None
    reading, support = fitted.reading, fitted.support
    assert labels[support >= reading.backed_from].mean() >= 0.94
    assert labels[support <= reading.not_backed_to].mean() <= 0.06
    assert reading.weights.verifier > 1


def reworded(features: NDArray[np.float64], labels: NDArray[np.bool_]) -> Fit | None:
    """The fit to sentences in other words than the article's."""
    judged = Judged(features, labels, np.zeros(len(labels), dtype=np.bool_), np.arange(len(labels)) % 10)
    cut, fitted = fit_readings(judged)
    assert cut is None, "no sentence is cut from one of the article"
    return fitted


def test_there_is_no_reading_where_the_logit_says_nothing() -> None:
    random = np.random.default_rng(0)
    labels = random.random(400) < 0.5
    features = random.normal(size=(400, 2))
    assert reworded(features, labels) is None


@pytest.mark.parametrize("count", [0, 1, 5])
def test_there_is_no_reading_of_too_few_sentences(count: int) -> None:
    features = np.arange(2.0 * count).reshape(count, 2)
    assert reworded(features, np.arange(count) > 2) is None
