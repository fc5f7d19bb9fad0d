"""The precision that training multiplies in: bf16 where the machine has it in hardware."""

from __future__ import annotations

import torch

from standfirst_models.runtimes.torch.device import best_dtype


def mixed(device: torch.device) -> torch.autocast:
    """Autocast to bf16, or nothing where ``device`` would emulate it: that is many times slower than fp32."""
    return torch.autocast(device.type, torch.bfloat16, enabled=best_dtype(device) is torch.bfloat16)
