"""The features of sentences that the ranker reads: position, similarity, wording and repetition.

The cost grows linearly with the number of sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Item = TypeVar("Item")

_WORD = re.compile(r"\w+")
#: Words that share this many first letters count as forms of one word.
_STEM_LETTERS = 6
#: Words of fewer letters are mostly function words.
_CONTENT_LETTERS = 4
#: The number of sentences that count as the opening of an article.
_LEAD = 3
#: The number of first sentences that every later sentence is compared with.
_HEAD = 20


def sentence_features(texts: Sequence[str], vectors: Floats, eligible: Sequence[bool]) -> Floats:
    """Return the features of every sentence of an article.

    *Shape:* ``texts`` and ``eligible`` have one entry per sentence, in the article's order, at least one; ``vectors``
    are unit vectors ``[sentences, dimensions]`` -> ``[sentences, features]``.
    """
    return np.concatenate([_position(eligible), _similarity(vectors), _wording(texts)], axis=1)


def _position(eligible: Sequence[bool]) -> Floats:
    """Return the position of each sentence among all sentences and among the eligible ones."""
    is_eligible = np.asarray(eligible, dtype=np.float32)
    count = len(is_eligible)
    index = np.arange(count)
    eligible_before = np.cumsum(is_eligible) - is_eligible
    columns = [
        np.log1p(index),
        1 / np.sqrt(index + 1),
        index / count,
        *(index == first for first in range(_LEAD)),
        np.full(count, np.log(count)),
        np.log1p(eligible_before),
        1 / np.sqrt(eligible_before + 1),
        is_eligible,
        np.concatenate([[1], is_eligible[:-1]]),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _similarity(vectors: Floats) -> Floats:
    """Return the similarity of each sentence to the article, its opening, its neighbours and earlier sentences."""
    count = len(vectors)
    centrality = vectors @ vectors.mean(axis=0)
    low, high = centrality.min(), centrality.max()
    weights = (1 / np.sqrt(np.arange(1, count + 1))).astype(np.float32)
    to_next = (vectors[1:] * vectors[:-1]).sum(axis=1)
    to_head = vectors @ vectors[:_HEAD].T
    is_earlier = np.arange(to_head.shape[1]) < np.arange(count)[:, None]
    columns = [
        centrality,
        (centrality - low) / (high - low + 1e-6),
        vectors @ (weights @ vectors / weights.sum()),
        vectors @ vectors[0],
        vectors @ vectors[:_LEAD].mean(axis=0),
        np.concatenate([[0], to_next]),
        np.concatenate([to_next, [0]]),
        np.where(is_earlier, to_head, 0).max(axis=1),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _wording(texts: Sequence[str]) -> Floats:
    """Return the length and typography of each sentence, and how much of it the article repeats."""
    words = [_WORD.findall(text.casefold()) for text in texts]
    stems = [_distinct(word[:_STEM_LETTERS] for word in some if len(word) >= _CONTENT_LETTERS) for some in words]
    pairs = [_distinct(pairwise(some)) for some in words]
    tokens = [text.split() for text in texts]
    lengths = np.array([len(some) for some in tokens])
    columns = [
        lengths / 30,
        np.log1p(lengths),
        lengths < 10,
        lengths > 45,
        np.array([sum(map(len, some)) for some in tokens]) / np.maximum(lengths, 1) / 5,
        np.array([sum(token[0].isupper() for token in some) for some in tokens]) / np.maximum(lengths, 1),
        np.array([text.count(",") for text in texts]) / 3,
        [any(map(str.isdigit, text)) for text in texts],
        [any(mark in text for mark in '"“`') for text in texts],
        [":" in text[:60] for text in texts],
        *_repetition(stems),
        *_repetition(pairs),
    ]
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def _distinct(items: Iterable[Item]) -> list[Item]:
    return list(dict.fromkeys(items))


def _repetition(items: Sequence[Sequence[object]]) -> list[NDArray[np.float64]]:
    """Return six columns about the distinct ``items`` of each sentence.

    They are: the number of items; the logarithm of the number of sentences that share an item, as a sum and as a mean;
    how early these sentences stand; and the share of items that the first sentence, and the opening, contain.
    """
    ids: dict[object, int] = {}
    item_ids = np.array([ids.setdefault(item, len(ids)) for some in items for item in some], dtype=np.int64)
    sizes = np.array([len(some) for some in items])
    sentence_of = np.repeat(np.arange(len(items)), sizes)
    log_sharing = np.log(np.maximum(np.bincount(item_ids, minlength=len(ids)), 1))
    earliness = np.bincount(item_ids, 1 / np.sqrt(sentence_of + 1), minlength=len(ids)).astype(np.float64)
    divisor = np.maximum(sizes, 1)

    def sum_per_sentence(value_of_item: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(sentence_of, value_of_item[item_ids], minlength=len(items)).astype(np.float64)

    def is_in_first(count: int) -> NDArray[np.float64]:
        return np.bincount(item_ids[sentence_of < count], minlength=len(ids)).clip(max=1).astype(np.float64)

    shared = sum_per_sentence(log_sharing)
    return [
        sizes / 20,
        shared / 20,
        shared / divisor,
        np.log1p(sum_per_sentence(earliness) / divisor),
        sum_per_sentence(is_in_first(1)) / divisor,
        sum_per_sentence(is_in_first(_LEAD)) / divisor,
    ]
