"""The interface of an encoder: texts in, unit vectors out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """A loaded model that encodes. One thread owns it: a tokenizer must not be shared between threads."""

    @property
    def dimensions(self) -> int:
        """The length of every vector."""

    def encode(self, texts: Sequence[str], cancelled: Callable[[], bool]) -> NDArray[np.float32]:
        """Encode ``texts`` of any length; nothing is truncated.

        *Shape:* ``[texts] -> [texts, dimensions]``, each row of length 1. ``cancelled()`` is called before each pass
        over some of the texts. Once it is true, the vectors may hold anything, since nobody waits for them.
        """
