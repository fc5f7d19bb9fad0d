"""The ranker: a small network that has learned from what editors took from their articles which sentences matter.

It reads traits of the sentences: where they stand, how long they are, how like one another their vectors are, which
words the article repeats. It is right for the encoder that it was trained with alone, and for English. Knows nothing of
how sentences are chosen by their scores. The cost grows with the sentences, not with their square.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

Floats = NDArray[np.float32]

_WORD = re.compile(r"\w+")
#: Words that differ only after so many letters are forms of one.
_STEM = 6
#: Shorter words are mostly "the" and "with".
_CONTENT = 4
#: What opens an article; the sentences that others are held against for being said before.
_LEAD, _HEAD = 3, 20


def traits(texts: Sequence[str], vectors: Floats, eligible: Sequence[bool]) -> Floats:
    """What is seen of each sentence.

    *Shape:* ``texts`` and ``eligible`` have one entry a sentence, in the article's order, at least one; ``vectors`` are
    of unit length, ``[sentences, dimensions]`` -> ``[sentences, traits]``.
    """
    return np.concatenate([_places(eligible), _likeness(vectors), _wording(texts)], axis=1)


def _places(eligible: Sequence[bool]) -> Floats:
    """Where each sentence stands among all, and among those that may be chosen."""
    open_to = np.asarray(eligible, dtype=np.float32)
    count = len(open_to)
    place = np.arange(count)
    before = np.cumsum(open_to) - open_to
    columns = [
        np.log1p(place),
        1 / np.sqrt(place + 1),
        place / count,
        *(place == first for first in range(_LEAD)),
        np.full(count, np.log(count)),
        np.log1p(before),
        1 / np.sqrt(before + 1),
        open_to,
        np.concatenate([[1], open_to[:-1]]),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _likeness(vectors: Floats) -> Floats:
    """How like each sentence is to the whole, to the opening, to its neighbours and to what was said before."""
    count = len(vectors)
    centrality = vectors @ vectors.mean(axis=0)
    low, high = centrality.min(), centrality.max()
    weights = (1 / np.sqrt(np.arange(1, count + 1))).astype(np.float32)
    following = (vectors[1:] * vectors[:-1]).sum(axis=1)
    head = vectors @ vectors[:_HEAD].T
    earlier = np.arange(head.shape[1]) < np.arange(count)[:, None]
    columns = [
        centrality,
        (centrality - low) / (high - low + 1e-6),
        vectors @ (weights @ vectors / weights.sum()),
        vectors @ vectors[0],
        vectors @ vectors[:_LEAD].mean(axis=0),
        np.concatenate([[0], following]),
        np.concatenate([following, [0]]),
        np.where(earlier, head, 0).max(axis=1),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _wording(texts: Sequence[str]) -> Floats:
    """How long each sentence is, how it is written, and how much of it the article says elsewhere."""
    found = [_WORD.findall(text.casefold()) for text in texts]
    stems = [list(dict.fromkeys(word[:_STEM] for word in words if len(word) >= _CONTENT)) for words in found]
    pairs = [list(dict.fromkeys(pairwise(words))) for words in found]
    spaced = [text.split() for text in texts]
    words = np.array([len(some) for some in spaced])
    columns = [
        words / 30,
        np.log1p(words),
        words < 10,
        words > 45,
        np.array([sum(map(len, some)) for some in spaced]) / np.maximum(words, 1) / 5,
        np.array([sum(word[0].isupper() for word in some) for some in spaced]) / np.maximum(words, 1),
        np.array([text.count(",") for text in texts]) / 3,
        [any(map(str.isdigit, text)) for text in texts],
        [any(mark in text for mark in '"“`') for text in texts],
        [":" in text[:60] for text in texts],
        *_repeated(stems),
        *_repeated(pairs),
    ]
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def _repeated(items: Sequence[Sequence[object]]) -> list[NDArray[np.float64]]:
    """Of the distinct ``items`` of each sentence: how many there are, how many sentences share them (in all and on
    average, on a logarithmic scale), how early these stand, and what share the first and the first few have too.
    """
    numbers: dict[object, int] = {}
    ids = np.array([numbers.setdefault(item, len(numbers)) for some in items for item in some], dtype=np.int64)
    sizes = np.array([len(some) for some in items])
    owners = np.repeat(np.arange(len(items)), sizes)
    lead_ids, first_ids = ids[owners < _LEAD], ids[owners == 0]
    sharing = np.log(np.maximum(np.bincount(ids, minlength=len(numbers)), 1))
    early = np.bincount(ids, 1 / np.sqrt(owners + 1), minlength=len(numbers)).astype(np.float64)
    per = np.maximum(sizes, 1)

    def total(of_each: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(owners, of_each[ids], minlength=len(items)).astype(np.float64)

    def among(some: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.bincount(some, minlength=len(numbers)).clip(max=1).astype(np.float64)

    shared = total(sharing)
    return [
        sizes / 20,
        shared / 20,
        shared / per,
        np.log1p(total(early) / per),
        total(among(first_ids)) / per,
        total(among(lead_ids)) / per,
    ]


@dataclass(frozen=True, slots=True)
class Ranker:
    """The learned network: one hidden layer, and a way past it, as ``training/salience.py`` leaves it.

    ``revision`` is a hash of the weights: others rank otherwise.
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
        """Read it from a safetensors file. Raises ``OSError`` and ``safetensors.SafetensorError``."""
        held = path.read_bytes()
        return cls(**load(held), revision=hashlib.sha256(held).hexdigest()[:12])

    def scores(self, texts: Sequence[str], vectors: Floats, eligible: Sequence[bool]) -> NDArray[np.float64]:
        """How much each sentence matters within its article: of mean 0 and standard deviation 1, unless all are alike.

        *Shape:* as for ``traits`` -> ``[sentences]``.
        """
        seen = (traits(texts, vectors, eligible) - self.mean) / self.spread
        inner = seen @ self.hidden + self.hidden_bias
        # GELU by tanh (Hendrycks and Gimpel 2016)
        inner = 0.5 * inner * (1 + np.tanh(np.sqrt(2 / np.pi) * (inner + 0.044715 * inner**3)))
        found = (inner @ self.output + seen @ self.skip).astype(np.float64)
        return (found - found.mean()) / max(found.std(), 1e-6)  # type: ignore[no-any-return]
