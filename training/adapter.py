"""The adapter: what training changed in a network, in few numbers."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


def adapter(before: Mapping[str, Tensor], after: Mapping[str, Tensor], rank: int) -> dict[str, Tensor]:
    """The change from ``before`` to ``after``, parameter by parameter, in fp16.

    Of a square-ish matrix the ``rank`` greatest singular directions are kept, as ``NAME#up`` and ``NAME#down``, whose
    product is added; of anything else the whole change. What is not in ``before`` was nothing before.
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
