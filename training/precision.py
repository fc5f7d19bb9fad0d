"""Mixed precision: bf16 where the hardware supports it."""

from __future__ import annotations

import torch

from standfirst_models.runtimes.torch.device import best_dtype


def mixed_precision(device: torch.device) -> torch.autocast:
    """Autocast to bf16, except where ``device`` would emulate it, which is many times slower than fp32."""
    return torch.autocast(device.type, torch.bfloat16, enabled=best_dtype(device) is torch.bfloat16)
