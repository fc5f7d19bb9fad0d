"""The loss of a batch: each claim's label, true above false among twins, a bag's weakest claim, and single tokens."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from training.device.store import Batch

#: What the parts weigh beside the claims' cross-entropy, and a sound token beside a false one.
_RANK, _TOKENS, _WEAKEST, _SOUND = 0.5, 0.3, 0.2, 0.3
_SMOOTH = 0.03


def weakest(tokens: Tensor, claims: Tensor) -> Tensor:
    """Return the soft minimum of each claim's token logits. *Shape:* ``[pairs, tokens] -> [pairs]``."""
    return -torch.logsumexp((-tokens).masked_fill(~claims, -1e4), dim=1)


def loss_of(logits: Tensor, tokens: Tensor, batch: Batch) -> Tensor:
    """Return the loss of a batch from its claims' and tokens' logits."""
    least = weakest(tokens, batch.claims)
    loss = _claims(logits, batch) + _WEAKEST * _claims(least, batch) + _RANK * _ranks(logits, batch)
    known = batch.tokens >= 0
    weights = known * torch.where(batch.tokens == 0, 1.0, _SOUND) * batch.weights.unsqueeze(1)
    each = functional.binary_cross_entropy_with_logits(tokens, batch.tokens.clamp(min=0).float(), reduction="none")
    return loss + _TOKENS * (each * weights).sum() / weights.sum().clamp(min=1.0)


def _claims(logits: Tensor, batch: Batch) -> Tensor:
    """Return the cross-entropy of the claims with labels and of the bags without."""
    single = batch.labels >= 0
    targets = batch.labels.clamp(min=0).float() * (1 - 2 * _SMOOTH) + _SMOOTH
    each = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    weights = batch.weights * single
    # A bag falls if one of its claims does: its logit is the soft minimum of theirs.
    falls = torch.zeros_like(logits).index_add(0, batch.owners, torch.exp(-logits.clamp(-30, 30)))
    bag = torch.zeros_like(logits).index_add(0, batch.owners, (batch.bags * batch.weights) / _sizes(batch))
    of_bags = functional.softplus(-torch.log(falls.clamp(min=1e-12))) * bag
    return ((each * weights).sum() + of_bags.sum()) / (weights.sum() + bag.sum()).clamp(min=1.0)


def _sizes(batch: Batch) -> Tensor:
    ones = torch.ones_like(batch.weights)
    return torch.zeros_like(ones).index_add(0, batch.owners, ones)[batch.owners]


def _ranks(logits: Tensor, batch: Batch) -> Tensor:
    """Return the mean loss of the pairs of a true and a false claim of one group: the true one ranks above."""
    same = batch.owners[:, None] == batch.owners[None, :]
    pairs = same & (batch.labels[:, None] == 1) & (batch.labels[None, :] == 0)
    weights = pairs * batch.weights[:, None] / pairs.sum(1, keepdim=True).clamp(min=1)
    each = functional.softplus(logits[None, :] - logits[:, None])
    return (each * weights).sum() / weights.sum().clamp(min=1.0)
