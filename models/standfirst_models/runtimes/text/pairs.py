"""Pairs of evidence and claim, encoded for the network of a verifier in any runtime.

A network of six layers learns slowly which words both sides share, so each token has an overlap level: it stands for
the length of the longest run of tokens in both sides that contains the token. Larger networks ignore the levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

#: The shortest run of each level after the first. The levels are: no run, 1 token, 2, 3 to 4, 5 to 8, 9 and more.
_RUNS = np.array([1, 2, 3, 5, 9])
#: The number of levels of one side, and of all: 0 for special tokens, those of the evidence, those of the claim.
_SIDE = len(_RUNS) + 1
LEVELS = 1 + 2 * _SIDE


@dataclass(frozen=True, slots=True)
class PairLayout:
    """The layout of a pair in tokens: ``first``, the evidence, ``between``, the claim, ``last``.

    ``evidence_tokens`` and ``claim_tokens`` are the most tokens of each side; the rest is cut off. Evidence is chosen
    to fit, and no summary has longer sentences. ``padding`` is the padding token.
    """

    first: str
    between: tuple[str, ...]
    last: str
    padding: str
    evidence_tokens: int
    claim_tokens: int


#: The layout of the embedded verifier.
BERT_LAYOUT = PairLayout("[CLS]", ("[SEP]",), "[SEP]", "[PAD]", evidence_tokens=220, claim_tokens=90)
#: The layout of verifiers made of MPNet.
MPNET_LAYOUT = PairLayout("<s>", ("</s>", "</s>"), "</s>", "<pad>", evidence_tokens=224, claim_tokens=80)


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """The tokens of a pair and their overlap levels.

    ``claim`` is the claim's range among the tokens, as (start, end). ``offsets`` are the characters of each of the
    claim's tokens in the claim, as (start, end).
    """

    ids: tuple[int, ...]
    levels: tuple[int, ...]
    claim: tuple[int, int]
    offsets: tuple[tuple[int, int], ...]


def encode_pair(tokenizer: Tokenizer, evidence: str, claim: str, layout: PairLayout = BERT_LAYOUT) -> EncodedPair:
    """Encode a pair in this layout. Each side is cut off at its most tokens."""
    first, *between, last = (
        tokenizer.encode(mark, add_special_tokens=False).ids[0] for mark in (layout.first, *layout.between, layout.last)
    )
    evidence_ids = tokenizer.encode(evidence, add_special_tokens=False).ids[: layout.evidence_tokens]
    encoding = tokenizer.encode(claim, add_special_tokens=False)
    claim_ids = encoding.ids[: layout.claim_tokens]
    evidence_levels, claim_levels = _overlap(np.array(evidence_ids), np.array(claim_ids))
    start = 1 + len(evidence_ids) + len(between)
    return EncodedPair(
        ids=(first, *evidence_ids, *between, *claim_ids, last),
        levels=(0, *(1 + evidence_levels).tolist(), *(0 for _ in between), *(1 + _SIDE + claim_levels).tolist(), 0),
        claim=(start, start + len(claim_ids)),
        offsets=tuple(encoding.offsets[: layout.claim_tokens]),
    )


def _overlap(a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the overlap level of each token of ``a`` and of ``b``: that of the longest common run it is in."""
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
    """Padded pairs, as the network reads them. *Shape* of each: ``[pairs, tokens]``.

    ``types`` is 1 on the claim's side, ``mask`` is 0 on padding, and ``claims`` is true on the claim's tokens.
    """

    ids: NDArray[np.int64]
    levels: NDArray[np.int64]
    types: NDArray[np.int64]
    mask: NDArray[np.int64]
    claims: NDArray[np.bool_]


def batch_pairs(pairs: Sequence[EncodedPair], padding: int = 0) -> PairBatch:
    """Pad ``pairs`` to the longest with the id ``padding``, and return them as one batch."""
    shape = (len(pairs), max(len(pair.ids) for pair in pairs))
    levels, types, mask = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    ids = np.full(shape, padding, dtype=np.int64)
    claims = np.zeros(shape, dtype=np.bool_)
    for row, pair in enumerate(pairs):
        length, (start, end) = len(pair.ids), pair.claim
        ids[row, :length] = pair.ids
        levels[row, :length] = pair.levels
        types[row, start:length] = 1
        mask[row, :length] = 1
        claims[row, start:end] = True
    return PairBatch(ids, levels, types, mask, claims)
