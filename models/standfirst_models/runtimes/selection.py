"""The selection of a runtime for a model on this machine."""

from __future__ import annotations

import json
import os
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from standfirst_models.errors import UnsuitableModel
from standfirst_models.runtimes.loading import torch_imports

#: The programs that can run a model.
Runtime = Literal["torch", "openvino"]

NO_TORCH = (
    "torch is not installed here. Run: pip install torch transformers accelerate; "
    "a container image has them if it is built with --build-arg TORCH=1."
)
#: The model types that ``openvino.graph`` builds.
_OPENVINO_TYPES = ("llama", "qwen2")
#: Device files of GPUs that torch may be able to use on Linux: NVIDIA's, AMD's, and those of Windows' Linux subsystem.
_GPUS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")


def choose_runtime(requested: Runtime | Literal["auto"], writer: Path | None = None) -> Runtime:
    """Return the runtime for the writer in the folder ``writer``, or for another model if it is None.

    ``auto`` gives OpenVINO if it can run the model and torch finds no GPU. Raises ``UnsuitableModel`` if OpenVINO is
    requested, and is not installed or cannot run this writer, and if torch is needed and is not installed.
    """
    obstacle = _openvino_obstacle(writer) if requested != "torch" else None
    if requested == "openvino" and obstacle:
        raise UnsuitableModel(obstacle)
    if requested == "openvino" or (requested == "auto" and not obstacle and not _has_gpu()):
        return "openvino"
    if find_spec("torch") is None:
        raise UnsuitableModel(f"{obstacle or ''} {NO_TORCH}".strip())
    return "torch"


def _has_gpu() -> bool:
    # Importing torch takes seconds, so it is imported only where there may be a GPU. A small image has no torch.
    if find_spec("torch") is None or version("torch").endswith("+cpu"):
        return False
    if sys.platform == "linux" and not any(map(os.path.exists, _GPUS)):
        return False
    with torch_imports():
        from standfirst_models.runtimes.torch import device

        return device.best_device().type != "cpu"


def _openvino_obstacle(writer: Path | None) -> str | None:
    """Return why OpenVINO cannot run the writer in that folder, or any model; None if it can."""
    if find_spec("openvino_genai") is None:
        return "OpenVINO GenAI is not installed. Run: pip install 'standfirst[openvino]'"
    if writer is None:
        return None
    try:
        config = json.loads((writer / "config.json").read_text(encoding="utf-8"))
        rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
        plain = rope.get("rope_type", "default") == "default" and not config.get("use_sliding_window")
        if config["model_type"] in _OPENVINO_TYPES and config["hidden_act"] == "silu" and plain:
            return None
        return f"OpenVINO cannot run this model of type {config['model_type']}: torch can."
    except (OSError, ValueError, KeyError, AttributeError):
        return "The model's config.json names no architecture that OpenVINO can run."
