"""Runtimes: what runs a model. Each fulfils ``Writer``, ``Encoder`` or ``Verifier`` for one kind of model.

This door to them is light: torch and transformers, which take seconds, are imported by the first call.
"""

from __future__ import annotations

import gc
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from standfirst_models.encoder import Encoder
from standfirst_models.errors import InferenceFailed, ModelDamaged, UnsuitableModel
from standfirst_models.runtimes.decoder import Decoder
from standfirst_models.verifier import Verifier
from standfirst_models.writer import Prompt, Writer

#: What can run a writer.
Runtime = Literal["torch", "openvino"]

#: The kinds of models that ``graph`` builds.
_BUILDABLE = ("llama", "qwen2")

#: transformers resolves its imports lazily, and two threads that do so at once see half a module.
_one_at_a_time = threading.Lock()
#: How many compiled kernels oneDNN and torch's own layer over it keep, one for each shape that they have multiplied.
#: Articles come in ever other shapes: the 1,024 that they keep by themselves are half a gigabyte, and no faster.
_KERNELS = {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "64", "LRU_CACHE_CAPACITY": "64"}


@contextmanager
def _loading() -> Iterator[None]:
    """One load at a time, and none of it looked through for garbage: all of it stays, and looking takes a sixth."""
    with _one_at_a_time:
        for name, count in _KERNELS.items():
            os.environ.setdefault(name, count)  # read once, when torch is imported
        gc.disable()
        try:
            yield
        finally:
            gc.freeze()
            gc.enable()


def choose_runtime(asked: Runtime | Literal["auto"], folder: Path) -> Runtime:
    """What runs the writer in ``folder``: what was asked for, or the fastest that there is on this machine.

    Raises ``UnsuitableModel`` where OpenVINO was asked for, and is not installed or cannot run this model.
    """
    if asked == "torch":
        return asked
    hindrance = _hindrance(folder)
    if asked == "openvino":
        if hindrance:
            raise UnsuitableModel(hindrance)
        return asked
    if hindrance:
        return "torch"
    return "torch" if _has_gpu() else "openvino"


def _has_gpu() -> bool:
    if version("torch").endswith("+cpu"):  # importing it, only to be told so, takes seconds
        return False
    with _loading():
        from standfirst_models.runtimes import device

        return device.best_device().type != "cpu"


def _hindrance(folder: Path) -> str | None:
    """Why OpenVINO cannot run the writer in ``folder``, if it cannot."""
    if find_spec("openvino_genai") is None:
        return "OpenVINO GenAI is not installed. Run: pip install 'standfirst[openvino]'"
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
        plain = rope.get("rope_type", "default") == "default" and not config.get("use_sliding_window")
        if config["model_type"] in _BUILDABLE and config["hidden_act"] == "silu" and plain:
            return None
        return f"OpenVINO cannot run this model of type {config['model_type']}: torch can."
    except (OSError, ValueError, KeyError, AttributeError):
        return "The model's config.json names no architecture that OpenVINO can run."


def load_writer(folder: Path) -> Writer:
    """Load the writer in ``folder``, to run in the calling thread, on every core; by OpenVINO if it is built for it.

    Raises as ``loading.load_writer`` and ``OpenVinoWriter.load`` do. Safe in any thread.
    """
    writer = _openvino_writer(folder) if (folder / "openvino_model.xml").is_file() else _torch_writer(folder)
    with _loading():
        # The first text takes a second longer than any other: better before anyone waits for it.
        writer.write([Prompt("Say it shorter.", "It is ready.", 2)], lambda _: False, lambda _, __: None)
    return writer


def _torch_writer(folder: Path) -> Writer:
    with _loading():
        from standfirst_models.runtimes import device, loading

        device.use_all_cores()
        return loading.load_writer(folder)


def _openvino_writer(folder: Path) -> Writer:
    # Its process loads the model while this one imports transformers and loads the others.
    decoder = Decoder(folder)
    with _loading():
        from standfirst_models.runtimes.openvino import OpenVinoWriter

        writer = OpenVinoWriter.load(folder, decoder)
    try:
        decoder.ready()
    except InferenceFailed as error:
        raise ModelDamaged("The model cannot be loaded by OpenVINO.") from error
    return writer


def load_encoder(folder: Path) -> Encoder:
    """Load the encoder in ``folder``, to run in the calling thread, on one core: it has little to do.

    Raises as ``PoolingEncoder.load`` does. Safe in any thread.
    """
    with _loading():
        from standfirst_models.runtimes import device
        from standfirst_models.runtimes.pooling import PoolingEncoder

        device.use_one_core()
        return PoolingEncoder.load(folder)


def load_verifier(folder: Path, adapter: Path) -> Verifier:
    """Load the encoder in ``folder`` with ``adapter``, to run in the calling thread, on one core.

    Raises as ``PairVerifier.load`` does. Safe in any thread.
    """
    with _loading():
        from standfirst_models.runtimes import device
        from standfirst_models.runtimes.verifying import PairVerifier

        device.use_one_core()
        return PairVerifier.load(folder, adapter)
