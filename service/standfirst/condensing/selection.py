"""Salience: which sentences of an article matter most, by a rule for any encoder and language, and which are chosen.

Works on the encoder's vectors alone; knows neither the encoder nor the words. Others may give the scores to choose by.
The whole article is ranked, however long: the cost grows with sentences times sentences chosen.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: News says the most important thing first; how much of the salience that gets, against centrality.
_POSITION = 0.6
#: How much salience counts against sameness to what is already chosen.
_RELEVANCE = 0.8
#: Two sentences as alike as this say the same thing: the second is never chosen.
_REPETITION = 0.85


def salience(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much each sentence matters, about 0 to 1.

    *Shape:* unit vectors ``[sentences, dimensions]`` in the article's order -> ``[sentences]``.
    Centrality is the mean similarity to all sentences, scaled to its range; position falls as 1/sqrt(rank).
    """
    count = len(vectors)
    if count == 0:
        return np.zeros(0)
    centrality = (vectors @ vectors.mean(axis=0)).astype(np.float64)
    low, high = centrality.min(), centrality.max()
    spread = (centrality - low) / (high - low) if high > low else np.ones(count)
    return (1 - _POSITION) * spread + _POSITION / np.sqrt(np.arange(1, count + 1))


def select(
    scores: NDArray[np.float64],
    vectors: NDArray[np.float32],
    words: Sequence[int],
    eligible: Sequence[bool],
    count: int,
    budget: int,
) -> list[int]:
    """Choose up to ``count`` sentences that matter and do not repeat one another, of ``budget`` words in all.

    *Shape:* ``vectors`` as for ``salience``; ``scores``, ``words`` and ``eligible`` have one entry a sentence. The
    answer lists indices in the order of choice, the highest score first (MMR, Carbonell and Goldstein 1998).
    """
    relevance = _RELEVANCE * scores
    lengths = np.asarray(words)
    open_to = np.asarray(eligible, dtype=bool).copy()
    sameness = np.zeros(len(vectors))
    chosen: list[int] = []
    while len(chosen) < count:
        open_to &= (lengths <= budget) & (sameness < _REPETITION)
        if not open_to.any():
            break
        best = int(np.argmax(np.where(open_to, relevance - (1 - _RELEVANCE) * sameness, -np.inf)))
        chosen.append(best)
        open_to[best] = False
        budget -= int(lengths[best])
        sameness = np.maximum(sameness, vectors @ vectors[best])
    return chosen
