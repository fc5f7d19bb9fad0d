"""The device: where a model runs here, and in which numbers; and loading weights onto it.

Knows torch and the files of a model's folder, and no architecture.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors import SafetensorError

from standfirst_models.errors import ModelDamaged
from standfirst_models.protocols.writer import BatchBudget

#: As many as torch would take by itself; read before anyone has changed it.
_CORES = torch.get_num_threads()
#: Rows in a batch on a GPU at most, and tokens of a row, near enough: a sentence, what is asked, and the answer.
_GPU_ROWS, _ROW = 256, 160


def use_all_cores() -> None:
    """Have the calling thread compute on every core."""
    torch.set_num_threads(_CORES)


def use_one_core() -> None:
    """Have the calling thread compute alone.

    Each thread that computes on several cores keeps helpers of its own. With more helpers than cores OpenMP puts
    them to sleep after every small step, and a writer runs at two thirds of its speed although the encoder is idle.
    """
    torch.set_num_threads(1)


def best_device() -> torch.device:
    """The first CUDA device where there is one, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def best_dtype(device: torch.device) -> torch.dtype:
    """bf16 where ``device`` multiplies it in hardware, else fp32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    able = torch.cpu.get_capabilities()
    fast = able.get("avx512_bf16") or able.get("amx_bf16") or able.get("bf16")  # the last as ARM names it
    return torch.bfloat16 if fast else torch.float32


def batch_budget_for(model: Any) -> BatchBudget:
    """What of ``model``, one of transformers', fits into a batch where it is.

    On a processor batches of eight rows were the fastest: of more, most only wait for the longest. On a GPU half of the
    memory that is free now may be taken by what attention keeps of each token, counted as if no heads shared it.
    """
    if model.device.type != "cuda":
        return BatchBudget(8, 16_384)
    free, _ = torch.cuda.mem_get_info(model.device)
    tokens = free // 2 // (4 * model.config.hidden_size * model.config.num_hidden_layers * model.dtype.itemsize)
    return BatchBudget(max(1, min(_GPU_ROWS, tokens // _ROW)), tokens)


def load_weights(architecture: Any, folder: Path, dtype: torch.dtype) -> Any:
    """The model in ``folder`` as ``architecture`` (one of transformers' auto classes), ready to infer.

    Only safetensors are read, only from ``folder``, and no code that comes with a model is run. Raises
    ``ModelDamaged``, which names what is wrong.
    """
    # A service's log is no place for bars and reports of tensors: what is wrong is raised below.
    transformers.logging.disable_progress_bar()
    transformers.logging.set_verbosity_error()
    try:
        model, report = architecture.from_pretrained(
            folder,
            dtype=dtype,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise ModelDamaged("The model's weights cannot be read as safetensors that fit its config.") from error
    if report["missing_keys"] or report["mismatched_keys"]:
        raise ModelDamaged("The model's weights are incomplete: they do not fit its config.")
    return model.eval().requires_grad_(False)
