"""Pairs: evidence and claim as the pair network reads them together, what they share marked; whatever runs it.

A model of six layers learns slowly to see which words are on both sides, so every token is told: its level stands for
the length of the longest run of tokens, common to both sides, that it is in. Knows neither torch nor OpenVINO.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

#: Tokens of each side that are read at most; evidence is gathered to fit, and a longer sentence is no summary's.
EVIDENCE_TOKENS = 220
CLAIM_TOKENS = 90
#: The shortest common runs of the levels after the first: no run, 1 token, 2, 3 to 4, 5 to 8, and more.
_RUNS = np.array([1, 2, 3, 5, 9])
#: Level 0 is of what is on neither side; then those of the evidence, then those of the claim.
_SIDE = len(_RUNS) + 1
LEVELS = 1 + 2 * _SIDE


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """The tokens of a pair with their overlap levels, and where among them the claim is, as (start, end)."""

    ids: tuple[int, ...]
    levels: tuple[int, ...]
    claim: tuple[int, int]
    offsets: tuple[tuple[int, int], ...]
    """The characters of the claim that each of its tokens is."""


def encode_pair(tokenizer: Tokenizer, evidence: str, claim: str) -> EncodedPair:
    """``[CLS] evidence [SEP] claim [SEP]`` in tokens; of each side the first that fit."""
    first, last = (tokenizer.encode(mark, add_special_tokens=False).ids[0] for mark in ("[CLS]", "[SEP]"))
    theirs = tokenizer.encode(evidence, add_special_tokens=False).ids[:EVIDENCE_TOKENS]
    encoding = tokenizer.encode(claim, add_special_tokens=False)
    ours = encoding.ids[:CLAIM_TOKENS]
    shared, stated = _overlap(np.array(theirs), np.array(ours))
    start = len(theirs) + 2
    return EncodedPair(
        ids=(first, *theirs, last, *ours, last),
        levels=(0, *(1 + shared).tolist(), 0, *(1 + _SIDE + stated).tolist(), 0),
        claim=(start, start + len(ours)),
        offsets=tuple(encoding.offsets[:CLAIM_TOKENS]),
    )


def _overlap(a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each token of ``a`` and of ``b`` the level of the longest run, common to both, that it is in."""
    if not len(a) or not len(b):
        return np.zeros(len(a), dtype=np.int64), np.zeros(len(b), dtype=np.int64)
    same = a[:, None] == b
    before = np.zeros((len(a) + 1, len(b) + 1), dtype=np.int64)
    after = np.zeros_like(before)
    for i in range(len(a)):
        before[i + 1, 1:] = np.where(same[i], before[i, :-1] + 1, 0)
        after[-2 - i, :-1] = np.where(same[-1 - i], after[-1 - i, 1:] + 1, 0)
    runs = np.where(same, before[1:, 1:] + after[:-1, :-1] - 1, 0)
    return np.searchsorted(_RUNS, runs.max(1), "right"), np.searchsorted(_RUNS, runs.max(0), "right")


@dataclass(frozen=True, slots=True)
class PairBatch:
    """Padded pairs. *Shape* of each: ``[pairs, tokens]``; ``claims`` is true on the claim's tokens."""

    ids: NDArray[np.int64]
    levels: NDArray[np.int64]
    types: NDArray[np.int64]
    mask: NDArray[np.int64]
    claims: NDArray[np.bool_]


def batch_pairs(pairs: Sequence[EncodedPair]) -> PairBatch:
    """One batch of ``pairs``, padded to the longest."""
    shape = (len(pairs), max(len(pair.ids) for pair in pairs))
    ids, levels, types, mask = (np.zeros(shape, dtype=np.int64) for _ in range(4))
    claims = np.zeros(shape, dtype=np.bool_)
    for row, pair in enumerate(pairs):
        length, (start, end) = len(pair.ids), pair.claim
        ids[row, :length] = pair.ids
        levels[row, :length] = pair.levels
        types[row, start:length] = 1
        mask[row, :length] = 1
        claims[row, start:end] = True
    return PairBatch(ids, levels, types, mask, claims)
