"""The measures: ROUGE against a reference, and the confidence interval of a mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rouge_score.rouge_scorer import RougeScorer

METRICS = ("rouge1", "rouge2", "rougeLsum")
_SCORER = RougeScorer(list(METRICS), use_stemmer=True)
_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean and its 95 % confidence interval, by the bootstrap percentile method (Efron 1979)."""

    value: float
    low: float
    high: float


def rouge(reference: Sequence[str], summary: Sequence[str]) -> tuple[float, ...]:
    """Return the F-measures of ``METRICS`` (Lin 2004), from 0 to 100, with stemming.

    Both texts are lists of sentences.
    """
    scores = _SCORER.score("\n".join(reference), "\n".join(summary))
    return tuple(100 * float(scores[metric].fmeasure) for metric in METRICS)


def mean(values: Sequence[float]) -> Mean:
    """Return the mean of ``values``, at least one. The same values give the same interval."""
    sample = np.asarray(values)
    picks = np.random.default_rng(0).integers(len(sample), size=(_RESAMPLES, len(sample)))
    low, high = np.percentile(sample[picks].mean(axis=1), [2.5, 97.5])
    return Mean(float(sample.mean()), float(low), float(high))
