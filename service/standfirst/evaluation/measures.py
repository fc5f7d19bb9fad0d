"""Measures: ROUGE against a reference, and the interval of a mean.

ROUGE-1, ROUGE-2 and ROUGE-Lsum (Lin 2004) as the rouge-score package computes them, with stemming.
"""

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
    """A mean over articles, and between which values it lies for 95 % of resamplings of them (bootstrap)."""

    value: float
    low: float
    high: float


def rouge(reference: Sequence[str], summary: Sequence[str]) -> tuple[float, ...]:
    """The F-measures, 0 to 100, of ``METRICS``; both sides are sentences."""
    scores = _SCORER.score("\n".join(reference), "\n".join(summary))
    return tuple(100 * float(scores[metric].fmeasure) for metric in METRICS)


def mean(values: Sequence[float]) -> Mean:
    """The mean of ``values``, of which there is at least one, with its interval; the same values give the same."""
    found = np.asarray(values)
    picks = np.random.default_rng(0).integers(len(found), size=(_RESAMPLES, len(found)))
    low, high = np.percentile(found[picks].mean(axis=1), [2.5, 97.5])
    return Mean(float(found.mean()), float(low), float(high))
