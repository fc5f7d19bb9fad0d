"""Pooling: vectors of texts by BERT-like encoders of sentences such as all-MiniLM-L6-v2, whatever runs them.

Mean pooling over the last layer, as in Sentence-BERT (Reimers and Gurevych 2019). Knows neither torch nor OpenVINO.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from standfirst_models.runtimes.text.batching import alike

#: Sentence encoders are trained on so many tokens at most; a longer text is read in windows of them.
_WINDOW = 256

#: Token numbers and their mask in, the mean of the last layer out.
#: *Shape:* ``2 × [windows, tokens] -> [windows, dimensions]``.
Network = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]


class PoolingEncoder:
    """A bidirectional model whose mean last layer is the sentence's vector. Fulfils ``Encoder``.

    ``network`` gets ``pass_tokens`` tokens at a time at most, padding counted.
    """

    def __init__(self, network: Network, tokenizer: Tokenizer, dimensions: int, pass_tokens: int) -> None:
        self._network = network
        self._pass_tokens = pass_tokens
        self._tokenizer = tokenizer
        #: The length of every vector.
        self.dimensions = dimensions

    def encode(self, texts: Sequence[str], cancelled: Callable[[], bool]) -> NDArray[np.float32]:
        """As in ``Encoder``: a text over 256 tokens is the mean of its windows."""
        owners, windows = self._windows(texts)
        sums = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for batch in alike([len(window) for window in windows], self._pass_tokens):
            if cancelled():
                break
            vectors = self._network(*_padded([windows[i] for i in batch]))
            # Weighted by length, so that the mean over windows is the mean over tokens.
            weights = np.array([len(windows[i]) for i in batch], dtype=np.float32)
            np.add.at(sums, [owners[i] for i in batch], vectors * weights[:, None])
        unit: NDArray[np.float32] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
        return unit

    def _windows(self, texts: Sequence[str]) -> tuple[list[int], list[list[int]]]:
        """The token ids of each window, special tokens on both sides, and which text each is of."""
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
    """The windows' token ids, and where they are; what is in their padding is the network's to say."""
    ids = np.zeros((len(windows), max(len(window) for window in windows)), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, window in enumerate(windows):
        ids[row, : len(window)] = window
        mask[row, : len(window)] = 1
    return ids, mask
