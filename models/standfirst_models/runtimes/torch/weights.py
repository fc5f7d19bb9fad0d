"""Weights: loading them from a model's folder, and changing them by an adapter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors import SafetensorError
from torch import Tensor

from standfirst_models.errors import ModelDamaged


def load_weights(architecture: Any, folder: Path, dtype: torch.dtype) -> Any:
    """Load the model in ``folder`` as ``architecture``, an auto class of transformers, ready for inference.

    Only safetensors are read, only from ``folder``, and no code that comes with a model is run. Raises
    ``ModelDamaged``.
    """
    # Keep progress bars and reports of tensors out of the log: errors are raised below.
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


def apply_adapter(parameters: Mapping[str, Tensor], adapter: Mapping[str, Tensor]) -> None:
    """Add each change in ``adapter`` to the parameter that it names, in place.

    The change of ``NAME`` is either one tensor of that name, or the product of ``NAME#up`` and ``NAME#down``, which has
    a low rank as in LoRA (Hu et al. 2021). Raises ``KeyError`` for an unknown parameter and ``RuntimeError`` for a
    change of another shape.
    """
    for name, change in adapter.items():
        parameter, _, factor = name.partition("#")
        if factor == "up":
            change = change.float() @ adapter[f"{parameter}#down"].float()
        if factor != "down":
            parameters[parameter].data.add_(change.float())
