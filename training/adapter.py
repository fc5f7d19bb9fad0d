"""Low-rank adapters: the change that training made to a network, compressed."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


def adapter(before: Mapping[str, Tensor], after: Mapping[str, Tensor], rank: int) -> dict[str, Tensor]:
    """Return the change from ``before`` to ``after`` for each parameter, in fp16.

    The change of a matrix with both dimensions over ``2 * rank`` is truncated to its ``rank`` greatest singular
    values, and stored as ``NAME#up`` and ``NAME#down``, whose product is the change. Other changes are stored whole.
    A parameter that is not in ``before`` counts as zero there.
    """
    changes: dict[str, Tensor] = {}
    for name, value in after.items():
        change = value.float() - before[name].float() if name in before else value.float()
        if not change.any():
            continue
        if change.ndim == 2 and min(change.shape) > 2 * rank:
            u, s, v = torch.linalg.svd(change, full_matrices=False)
            root = s[:rank].sqrt()
            changes[f"{name}#up"] = (u[:, :rank] * root).half().contiguous()
            changes[f"{name}#down"] = (root[:, None] * v[:rank]).half().contiguous()
        else:
            changes[name] = change.half().contiguous()
    return changes
