"""The pair network: a BERT-like encoder that reads evidence and claim together, and marks what they share.

Each token of the claim gets a logit, that the evidence backs it; the claim's is their soft minimum, since a sentence
is as true as its weakest word. A model of six layers learns slowly to see which words are on both sides, so every
token is told: an embedding is added for the length of the longest run of tokens, common to both sides, that it is in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn

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

    ids: Tensor
    levels: Tensor
    types: Tensor
    mask: Tensor
    claims: Tensor

    def to(self, device: torch.device) -> PairBatch:
        """The same on ``device``."""
        return PairBatch(*(tensor.to(device) for tensor in (self.ids, self.levels, self.types, self.mask, self.claims)))


def batch_pairs(pairs: Sequence[EncodedPair], pad_id: int) -> PairBatch:
    """One batch of ``pairs``, padded to the longest."""
    width = max(len(pair.ids) for pair in pairs)
    ids = torch.full((len(pairs), width), pad_id)
    levels, types, mask = (torch.zeros((len(pairs), width), dtype=torch.long) for _ in range(3))
    claims = torch.zeros((len(pairs), width), dtype=torch.bool)
    for row, pair in enumerate(pairs):
        length, (start, end) = len(pair.ids), pair.claim
        ids[row, :length] = torch.tensor(pair.ids)
        levels[row, :length] = torch.tensor(pair.levels)
        types[row, start:length] = 1
        mask[row, :length] = 1
        claims[row, start:end] = True
    return PairBatch(ids, levels, types, mask, claims)


class PairNetwork(nn.Module):
    """``bert`` (transformers' ``BertModel``) with an embedding of overlap levels and a head for each token."""

    def __init__(self, bert: nn.Module, dimensions: int) -> None:
        super().__init__()
        self.bert = bert
        self.overlap = nn.Embedding(LEVELS, dimensions)
        self.head = nn.Linear(dimensions, 1)

    def forward(self, batch: PairBatch) -> Tensor:
        """The logit of each token. *Shape:* ``[pairs, tokens]``."""
        embeddings = self.bert.get_input_embeddings()(batch.ids) + self.overlap(batch.levels)  # type: ignore[operator]
        hidden = self.bert(
            inputs_embeds=embeddings, token_type_ids=batch.types, attention_mask=batch.mask
        ).last_hidden_state
        logits: Tensor = self.head(hidden).squeeze(-1).float()
        return logits


def soft_minimum(logits: Tensor, claims: Tensor) -> Tensor:
    """Each claim's logit from its tokens'. *Shape:* ``[pairs, tokens] -> [pairs]``."""
    return -torch.logsumexp((-logits).masked_fill(~claims, -1e4), dim=1)
