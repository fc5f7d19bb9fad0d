"""The encoder: texts in, unit vectors out. The narrow protocol that every runtime fulfils.

Knows neither torch nor what the vectors are for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """A loaded model that encodes. Owned by one thread: its tokenizer is not safe to share between threads."""

    @property
    def dimensions(self) -> int:
        """The length of every vector."""

    def encode(self, texts: Sequence[str], cancelled: Callable[[], bool]) -> NDArray[np.float32]:
        """Encode ``texts``, nothing cut off, however long.

        *Shape:* ``[texts] -> [texts, dimensions]``, each row of length 1. ``cancelled`` is asked before each
        pass over a part of them; once it is true the vectors, which nobody waits for, may be anything.
        """
