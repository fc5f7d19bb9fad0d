"""Runtimes: what runs a model. Each fulfils ``Writer``, ``Encoder`` or ``Verifier`` for one kind of model.

This door to them is light: torch and transformers, which take seconds, are imported by the first call.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from standfirst_models.encoder import Encoder
from standfirst_models.verifier import Verifier
from standfirst_models.writer import Prompt, Writer

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


def load_writer(folder: Path) -> Writer:
    """Load the writer in ``folder``, to run in the calling thread, on every core.

    Raises as ``loading.load_writer`` does. Safe in any thread.
    """
    with _loading():
        from standfirst_models.runtimes import device, loading

        device.use_all_cores()
        writer = loading.load_writer(folder)
        # The first text takes a second longer than any other: better before anyone waits for it.
        writer.write([Prompt("Say it shorter.", "It is ready.", 2)], lambda _: False, lambda _, __: None)
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
