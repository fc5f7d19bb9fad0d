"""The training examples on a device: arrays of tokens, drawn as padded batches of like length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.device.reader import Layout

SINGLE, TWINS, BAG = range(3)
#: Groups among which those of like length are sought, and to what lengths are rounded.
_WINDOW, _ROUND = 6000, 16


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded pairs. *Shape:* ``ids``, ``mask``, ``claims``, ``tokens`` ``[pairs, tokens]``, the others ``[pairs]``.

    ``tokens`` is 1 on sound tokens of the claim, 0 on false ones and -1 elsewhere; ``owners`` are numbers from 0 of the
    groups in the batch; ``weights`` and ``bags`` are of the pair's group.
    """

    ids: Tensor
    mask: Tensor
    claims: Tensor
    tokens: Tensor
    labels: Tensor
    owners: Tensor
    weights: Tensor
    bags: Tensor


class Store:
    """All examples, as ``prepare`` writes them, on one device."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], layout: Layout, device: torch.device) -> None:
        self._layout = layout
        self._device = device
        self.names = [str(name) for name in arrays["names"]]
        self.origins = arrays["origins"].astype(np.int64)
        self.folds = arrays["folds"].astype(np.int64)
        self.labels = arrays["labels"].astype(np.int64)
        self.owners = arrays["owners"].astype(np.int64)
        self.kinds = arrays["kinds"].astype(np.int64)
        where = arrays["where"].astype(np.int64)
        evidence, claim = arrays["evidence_lengths"].astype(np.int64), arrays["claim_lengths"].astype(np.int64)
        self.widths = evidence[where] + claim + 2 + layout.between
        # The pairs of a group lie together.
        self.sizes = np.bincount(self.owners, minlength=len(self.kinds))
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)[:-1]])
        self._group_widths = np.maximum.reduceat(self.widths, self.starts)

        def moved(values: NDArray[Any]) -> Tensor:
            return torch.from_numpy(np.ascontiguousarray(values)).to(device)

        self._evidence, self._claims = (
            moved(arrays["evidence"].astype(np.int32)),
            moved(arrays["claims"].astype(np.int32)),
        )
        self._tokens = moved(arrays["tokens"])
        starts = np.cumsum(evidence) - evidence
        self._evidence_start, self._evidence_length = moved(starts[where]), moved(evidence[where])
        self._claim_start, self._claim_length = moved(np.cumsum(claim) - claim), moved(claim)
        self._labels, self._owners = moved(self.labels), moved(self.owners)
        self._weights = moved(arrays["weights"].astype(np.float32))
        self._kinds = moved(self.kinds)

    def batch(self, pairs: NDArray[np.int64]) -> Batch:
        """Return ``pairs``, by their numbers, as one batch."""
        rows = torch.from_numpy(pairs).to(self._device)
        width = int(-(-self.widths[pairs].max() // _ROUND) * _ROUND)
        place = torch.arange(width, device=self._device).unsqueeze(0)
        theirs, ours = self._evidence_length[rows, None], self._claim_length[rows, None]
        begins = 1 + theirs + self._layout.between
        end = begins + ours
        in_evidence, in_claim = (place >= 1) & (place <= theirs), (place >= begins) & (place < end)
        at = (self._evidence_start[rows, None] + place - 1).clamp(0, len(self._evidence) - 1)
        ids = torch.where(in_evidence, self._evidence[at], self._layout.last)
        at = (self._claim_start[rows, None] + place - begins).clamp(0, len(self._claims) - 1)
        ids = torch.where(in_claim, self._claims[at], ids)
        ids = torch.where(place == 0, self._layout.first, ids)
        ids = torch.where(place > end, self._layout.padding, ids).long()
        groups = self._owners[rows]
        # Counted here, since a device would have to be waited for.
        numbers = np.cumsum(np.diff(self.owners[pairs], prepend=self.owners[pairs[0]]) != 0)
        return Batch(
            ids=ids,
            mask=(place <= end).long(),
            claims=in_claim,
            tokens=torch.where(in_claim, self._tokens[at].long(), -1),
            labels=self._labels[rows],
            owners=torch.from_numpy(numbers).to(self._device),
            weights=self._weights[groups],
            bags=self._kinds[groups] == BAG,
        )

    def pairs_of(self, groups: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers of the pairs of ``groups``."""
        return np.concatenate([np.arange(self.starts[g], self.starts[g] + self.sizes[g]) for g in groups])

    def draw(self, groups: NDArray[np.int64], budget: int, random: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        """Yield the pairs of all ``groups`` once, in batches of at most ``budget`` tokens with padding."""
        order = random.permutation(groups)
        for start in range(0, len(order), _WINDOW):
            window = order[start : start + _WINDOW]
            window = window[np.argsort(self._group_widths[window], kind="stable")]
            found: list[list[int]] = [[]]
            count = 0
            for group in window.tolist():
                size = int(self.sizes[group])
                if found[-1] and (count + size) * int(self._group_widths[group]) > budget:
                    found.append([])
                    count = 0
                found[-1].append(group)
                count += size
            for index in random.permutation(len(found)):
                yield self.pairs_of(found[index])
