"""Runtimes: what runs a model. Each fulfils ``Writer``, ``Encoder`` or ``Verifier`` for one kind of model.

This door to them is light: torch and transformers, which take seconds, are imported by the first call that needs them.
What is built for OpenVINO needs neither.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from standfirst_models.errors import InferenceFailed, ModelDamaged, UnsuitableModel
from standfirst_models.protocols.encoder import Encoder
from standfirst_models.protocols.verifier import Verifier
from standfirst_models.protocols.writer import Prompt, Writer
from standfirst_models.runtimes.openvino.decoder import Decoder

#: What can run a writer.
Runtime = Literal["torch", "openvino"]

#: The kinds of models that ``graph`` builds.
_BUILDABLE = ("llama", "qwen2")

#: How Linux names a GPU that torch may be able to use: NVIDIA's, AMD's, and Windows' own in its Linux.
_GPUS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")

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


def choose_runtime(asked: Runtime | Literal["auto"], writer: Path | None = None) -> Runtime:
    """What runs the ``writer`` in that folder, or another model: what was asked for, or the fastest on this machine.

    Raises ``UnsuitableModel`` where OpenVINO was asked for, and is not installed or cannot run this writer.
    """
    if asked == "torch":
        return asked
    hindrance = _hindrance(writer)
    if asked == "openvino":
        if hindrance:
            raise UnsuitableModel(hindrance)
        return asked
    if hindrance:
        return "torch"
    return "torch" if _has_gpu() else "openvino"


def _has_gpu() -> bool:
    # Importing torch, only to be told that there is none, takes seconds.
    if version("torch").endswith("+cpu") or (sys.platform == "linux" and not any(map(os.path.exists, _GPUS))):
        return False
    with _loading():
        from standfirst_models.runtimes.torch import device

        return device.best_device().type != "cpu"


def _hindrance(writer: Path | None) -> str | None:
    """Why OpenVINO cannot run the ``writer`` in that folder, or any model, if it cannot."""
    if find_spec("openvino_genai") is None:
        return "OpenVINO GenAI is not installed. Run: pip install 'standfirst[openvino]'"
    if writer is None:
        return None
    try:
        config = json.loads((writer / "config.json").read_text(encoding="utf-8"))
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
    return _openvino_writer(folder) if _is_built(folder) else _torch_writer(folder)


def _torch_writer(folder: Path) -> Writer:
    with _loading():
        from standfirst_models.runtimes.torch import device, loading

        device.use_all_cores()
        writer = loading.load_writer(folder)
        _write_first(writer)
    return writer


def _openvino_writer(folder: Path) -> Writer:
    # Its process loads the model while this one reads the tokenizer and loads the others.
    decoder = Decoder(folder)
    from standfirst_models.runtimes.openvino.writer import OpenVinoWriter

    writer = OpenVinoWriter.load(folder, decoder)
    try:
        decoder.ready()
    except InferenceFailed as error:
        raise ModelDamaged("The model cannot be loaded by OpenVINO.") from error
    _write_first(writer)
    return writer


def _write_first(writer: Writer) -> None:
    """The first text takes a second longer than any other: better before anyone waits for it."""
    writer.write([Prompt("Say it shorter.", "It is ready.", 2)], lambda _: False, lambda _, __: None)


def load_encoder(folder: Path) -> Encoder:
    """Load the encoder in ``folder``, to run in the calling thread, on one core: it has little to do.

    By OpenVINO if it is built for it. Raises as ``loading.load_encoder`` does. Safe in any thread.
    """
    if _is_built(folder):
        from standfirst_models.runtimes.openvino import compiled

        return compiled.load_encoder(folder)
    with _loading():
        from standfirst_models.runtimes.torch import device, loading

        device.use_one_core()
        return loading.load_encoder(folder)


def load_verifier(folder: Path, adapter: Path) -> Verifier:
    """Load the encoder in ``folder`` with ``adapter``, to run in the calling thread, on one core.

    By OpenVINO if it is built for it, the adapter in it. Raises as ``loading.load_verifier`` does. Safe in any thread.
    """
    if _is_built(folder):
        from standfirst_models.runtimes.openvino import compiled

        return compiled.load_verifier(folder)
    with _loading():
        from standfirst_models.runtimes.torch import device, loading

        device.use_one_core()
        return loading.load_verifier(folder, adapter)


def _is_built(folder: Path) -> bool:
    return (folder / "openvino_model.xml").is_file()
