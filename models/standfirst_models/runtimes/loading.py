"""Loading a writer, an encoder or a verifier from its folder, for the runtime that the folder is made for.

torch and transformers take seconds to import, so the first call that needs them imports them. A folder that is built
for OpenVINO needs neither.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from standfirst_models.catalog import PairFormat
from standfirst_models.errors import InferenceFailed, ModelDamaged
from standfirst_models.protocols.encoder import Encoder
from standfirst_models.protocols.verifier import Verifier
from standfirst_models.protocols.writer import Prompt, Writer
from standfirst_models.runtimes.openvino.decoder_process import DecoderProcess

#: transformers resolves its imports lazily: two threads that import at the same time see half of a module.
_import_lock = threading.Lock()
#: The number of compiled kernels that oneDNN and torch's layer over it cache, one for each shape. Articles come in ever
#: new shapes: the default of 1,024 takes half a gigabyte and is no faster.
_KERNEL_CACHES = {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "64", "LRU_CACHE_CAPACITY": "64"}


@contextmanager
def torch_imports() -> Iterator[None]:
    """Import torch and load its models within this block, one thread at a time.

    The garbage collector is off, which saves a sixth of the time: everything that is loaded stays.
    """
    with _import_lock:
        for name, count in _KERNEL_CACHES.items():
            os.environ.setdefault(name, count)  # read once, when torch is imported
        gc.disable()
        try:
            yield
        finally:
            gc.freeze()
            gc.enable()


def load_writer(folder: Path) -> Writer:
    """Load the writer in ``folder``. It runs in the calling thread and uses every core.

    Raises ``UnsuitableModel`` and ``ModelDamaged``. Safe in any thread.
    """
    return _openvino_writer(folder) if _is_built(folder) else _torch_writer(folder)


def _torch_writer(folder: Path) -> Writer:
    with torch_imports():
        from standfirst_models.runtimes.torch import device, loading

        device.use_all_cores()
        writer = loading.load_writer(folder)
        _warm_up(writer)
    return writer


def _openvino_writer(folder: Path) -> Writer:
    # The child process loads the model while this process reads the tokenizer and loads other models.
    decoder = DecoderProcess(folder)
    from standfirst_models.runtimes.openvino.writer import OpenVinoWriter

    writer = OpenVinoWriter.load(folder, decoder)
    try:
        decoder.ready()
    except InferenceFailed as error:
        raise ModelDamaged("The model cannot be loaded by OpenVINO.") from error
    _warm_up(writer)
    return writer


def _warm_up(writer: Writer) -> None:
    """Write a first text, which takes a second longer than any other, before anyone waits."""
    writer.write([Prompt("Say it shorter.", "It is ready.", 2)], lambda _: False, lambda _, __: None)


def load_encoder(folder: Path) -> Encoder:
    """Load the encoder in ``folder``. It runs in the calling thread and uses one core, which is enough.

    Raises ``UnsuitableModel`` and ``ModelDamaged``. Safe in any thread.
    """
    if _is_built(folder):
        from standfirst_models.runtimes.openvino import compiled

        return compiled.load_encoder(folder)
    with torch_imports():
        from standfirst_models.runtimes.torch import device, loading

        device.use_one_core()
        return loading.load_encoder(folder)


def load_verifier(folder: Path, adapter: Path) -> Verifier:
    """Load the verifier: the encoder in ``folder``, changed by ``adapter``. It runs in the calling thread, on one core.

    What is built for OpenVINO includes the adapter. Raises ``ModelDamaged``. Safe in any thread.
    """
    if _is_built(folder):
        from standfirst_models.runtimes.openvino import compiled

        return compiled.load_verifier(folder)
    with torch_imports():
        from standfirst_models.runtimes.torch import device, loading

        device.use_one_core()
        return loading.load_verifier(folder, adapter)


def load_classifier(folder: Path, pair_format: PairFormat) -> Verifier:
    """Load the sequence classifier in ``folder`` as a verifier. It runs in the calling thread and uses every core.

    Raises ``UnsuitableModel`` and ``ModelDamaged``. Safe in any thread.
    """
    with torch_imports():
        from standfirst_models.runtimes.torch import device, loading

        device.use_all_cores()  # such models are ten times as large as the embedded verifier
        return loading.load_classifier(folder, pair_format)


def _is_built(folder: Path) -> bool:
    """Return whether the model in ``folder`` is built for OpenVINO."""
    return (folder / "openvino_model.xml").is_file()
