"""Fitting the salience of words: the weights predict what is taken, and offsets are not learned again."""

from __future__ import annotations

import torch

from standfirst.condensing.word_salience import WEIGHTS
from training.word_salience import fit


def examples() -> tuple[torch.Tensor, torch.Tensor]:
    """Features with a bias, of which the second alone decides what is taken."""
    features = torch.randn(400, len(WEIGHTS), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    features[:, 0] = 1
    return features, (features[:, 1] > 0).double()


def test_the_weights_predict_what_is_taken() -> None:
    features, taken = examples()
    weights = fit(features, taken, torch.zeros(len(taken), dtype=torch.float64))
    assert ((features @ weights > 0) == (taken > 0)).double().mean() > 0.95
    assert weights[1:].abs().argmax() == 0


def test_what_offsets_explain_is_not_learned_again() -> None:
    features, taken = examples()
    weights = fit(features, taken, 50 * features[:, 1])
    assert weights.abs().max() < 1
