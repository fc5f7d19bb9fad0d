"""The fit of a calibration."""

from __future__ import annotations

import numpy as np
import pytest

from training.support import fit, least_threshold


def test_the_fit_finds_the_weights_that_made_the_labels() -> None:
    random = np.random.default_rng(0)
    features = random.normal(size=(4000, 2))
    odds = 2 * features[:, 0] - features[:, 1] + 0.5
    labels = (random.random(4000) < 1 / (1 + np.exp(-odds))).astype(float)
    assert fit(features, labels) == pytest.approx([2, -1, 0.5], abs=0.2)


def test_a_feature_that_is_always_zero_gets_no_weight() -> None:
    labels = np.array([0.0, 1.0, 1.0, 0.0, 1.0])
    assert fit(np.array([[0.0, 1], [0, 2], [0, 3], [0, 0], [0, 1]]), labels)[0] == 0


def test_the_threshold_is_the_least_at_which_95_of_100_are_backed() -> None:
    support = np.arange(100) / 100
    labels = (np.arange(100) >= 20).astype(float)
    assert least_threshold(support, labels) == 0.16  # of 84 that pass, 80 are backed
    assert least_threshold(support, np.zeros(100)) == 1
