"""The device of a model: processor or GPU, its number format, its threads, and how much fits into a batch."""

from __future__ import annotations

from typing import Any

import torch

from standfirst_models.protocols.writer import BatchBudget

#: The number of threads that torch uses by default; read before it is changed.
_CORES = torch.get_num_threads()
#: The most rows of a batch on a GPU, and the usual tokens of a row: instruction, sentence and output.
_GPU_ROWS, _ROW_TOKENS = 256, 160


def use_all_cores() -> None:
    """Make the calling thread compute on every core."""
    torch.set_num_threads(_CORES)


def use_one_core() -> None:
    """Make the calling thread compute on one core.

    Each thread that computes on several cores has helper threads of its own. If there are more of them than cores,
    OpenMP puts them to sleep after every small step: a writer then runs at two thirds of its speed although the
    encoder is idle.
    """
    torch.set_num_threads(1)


def best_device() -> torch.device:
    """Return the first CUDA device, or the processor if there is none."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def best_dtype(device: torch.device) -> torch.dtype:
    """Return bf16 if ``device`` multiplies it in hardware, else fp32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    able = torch.cpu.get_capabilities()
    fast = able.get("avx512_bf16") or able.get("amx_bf16") or able.get("bf16")  # the last is ARM's name
    return torch.bfloat16 if fast else torch.float32


def batch_budget_for(model: Any) -> BatchBudget:
    """Return the limits of a batch of ``model``, one of transformers, on its device.

    On a processor eight rows are the fastest: in a larger batch most rows wait for the longest. On a GPU the keys and
    values of attention may take half of the memory that is free now, counted as if heads shared none.
    """
    if model.device.type != "cuda":
        return BatchBudget(8, 16_384)
    free, _ = torch.cuda.mem_get_info(model.device)
    tokens = free // 2 // (4 * model.config.hidden_size * model.config.num_hidden_layers * model.dtype.itemsize)
    return BatchBudget(max(1, min(_GPU_ROWS, tokens // _ROW_TOKENS)), tokens)
