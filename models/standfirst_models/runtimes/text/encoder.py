"""The encoder around a network of any runtime: a sentence encoder such as all-MiniLM-L6-v2.

Its vectors are the mean of the last layer, as in Sentence-BERT (Reimers and Gurevych 2019).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from standfirst_models.runtimes.text.batches import batches_by_length

#: Sentence encoders are trained on at most this many tokens; a longer text is read in windows of this length.
_WINDOW = 256

#: Takes token numbers and their mask, and returns the mean of the last layer.
#: *Shape:* ``2 × [windows, tokens] -> [windows, dimensions]``.
Network = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]


class PoolingEncoder:
    """A network, its tokenizer and mean pooling. Fulfils ``Encoder``.

    ``network`` gets at most ``pass_tokens`` tokens at a time, padding included.
    """

    def __init__(self, network: Network, tokenizer: Tokenizer, dimensions: int, pass_tokens: int) -> None:
        self._network = network
        self._pass_tokens = pass_tokens
        self._tokenizer = tokenizer
        #: The length of every vector.
        self.dimensions = dimensions

    def encode(self, texts: Sequence[str], cancelled: Callable[[], bool]) -> NDArray[np.float32]:
        """Encode ``texts``, as ``Encoder.encode`` does. A text over 256 tokens gets the mean of its windows."""
        owners, windows = self._windows(texts)
        sums = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for batch in batches_by_length([len(window) for window in windows], self._pass_tokens):
            if cancelled():
                break
            vectors = self._network(*_padded([windows[i] for i in batch]))
            # Weighted by length: the mean over windows is then the mean over tokens.
            weights = np.array([len(windows[i]) for i in batch], dtype=np.float32)
            np.add.at(sums, [owners[i] for i in batch], vectors * weights[:, None])
        unit: NDArray[np.float32] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
        return unit

    def _windows(self, texts: Sequence[str]) -> tuple[list[int], list[list[int]]]:
        """Return the index of each window's text, and each window's token ids with special tokens at both ends."""
        owners: list[int] = []
        windows: list[list[int]] = []
        for owner, encoding in enumerate(self._tokenizer.encode_batch(list(texts))):
            ids = encoding.ids
            first, body, last = ids[:1], ids[1:-1], ids[-1:]
            step = _WINDOW - 2
            for start in range(0, max(len(body), 1), step):
                owners.append(owner)
                windows.append(first + body[start : start + step] + last)
        return owners, windows


def _padded(windows: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the windows' token ids, padded with zeros, and their mask."""
    ids = np.zeros((len(windows), max(len(window) for window in windows)), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, window in enumerate(windows):
        ids[row, : len(window)] = window
        mask[row, : len(window)] = 1
    return ids, mask
