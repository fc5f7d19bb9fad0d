"""Runtimes: what runs a model. Each module fulfils ``Writer`` or ``Encoder`` with one library and kind of model.

This door to them is light: torch and transformers, which take seconds, are imported by the first call.
"""

from __future__ import annotations

import threading
from pathlib import Path

from standfirst_models.encoder import Encoder
from standfirst_models.writer import Writer

#: transformers resolves its imports lazily, and two threads that do so at once see half a module.
_one_at_a_time = threading.Lock()


def load_writer(folder: Path) -> Writer:
    """Load the writer in ``folder`` for this machine. Raises as ``loading.load_writer`` does; safe in any thread."""
    with _one_at_a_time:
        from standfirst_models.runtimes import loading

        return loading.load_writer(folder)


def load_encoder(folder: Path) -> Encoder:
    """Load the encoder in ``folder`` for this machine. Raises as ``PoolingEncoder.load``; safe in any thread."""
    with _one_at_a_time:
        from standfirst_models.runtimes.pooling import PoolingEncoder

        return PoolingEncoder.load(folder)
