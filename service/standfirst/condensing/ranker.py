"""Scoring the sentences of an article by their importance: a trained ranker, and a rule where there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from standfirst.condensing.features import Floats, sentence_features

#: The weight of the position against centrality in the rule: news puts the most important things first.
_POSITION = 0.6


@dataclass(frozen=True, slots=True)
class Ranker:
    """A network with one hidden layer and a linear skip connection over ``sentence_features``.

    It was trained (``training/salience.py``) on what editors took from their articles, for one encoder and for English.
    ``revision`` is a hash of the weights.
    """

    mean: Floats
    spread: Floats
    hidden: Floats
    hidden_bias: Floats
    output: Floats
    skip: Floats
    revision: str

    @classmethod
    def load(cls, path: Path) -> Ranker:
        """Read a ranker from a safetensors file. Raises ``OSError`` and ``safetensors.SafetensorError``."""
        content = path.read_bytes()
        return cls(**load(content), revision=hashlib.sha256(content).hexdigest()[:12])

    def scores(self, texts: Sequence[str], vectors: Floats, eligible: Sequence[bool]) -> NDArray[np.float64]:
        """Return one score per sentence, standardized within the article; all 0 if the sentences are alike.

        *Shape:* as for ``sentence_features`` -> ``[sentences]``.
        """
        features = (sentence_features(texts, vectors, eligible) - self.mean) / self.spread
        hidden = features @ self.hidden + self.hidden_bias
        # GELU, approximated by tanh (Hendrycks and Gimpel 2016)
        hidden = 0.5 * hidden * (1 + np.tanh(np.sqrt(2 / np.pi) * (hidden + 0.044715 * hidden**3)))
        scores = (hidden @ self.output + features @ self.skip).astype(np.float64)
        return (scores - scores.mean()) / max(scores.std(), 1e-6)  # type: ignore[no-any-return]


def rule_scores(vectors: Floats) -> NDArray[np.float64]:
    """Return one score per sentence, about 0 to 1, for any encoder and language.

    The score combines centrality, which is the mean similarity to all sentences scaled to the range 0 to 1, and
    position, which falls as 1/sqrt(rank).

    *Shape:* unit vectors ``[sentences, dimensions]`` in the article's order -> ``[sentences]``.
    """
    count = len(vectors)
    if count == 0:
        return np.zeros(0)
    centrality = (vectors @ vectors.mean(axis=0)).astype(np.float64)
    low, high = centrality.min(), centrality.max()
    scaled = (centrality - low) / (high - low) if high > low else np.ones(count)
    return (1 - _POSITION) * scaled + _POSITION / np.sqrt(np.arange(1, count + 1))
