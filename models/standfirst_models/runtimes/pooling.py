"""The pooling runtime: BERT-like encoders of sentences such as all-MiniLM-L6-v2, by transformers.

Mean pooling over the last layer, as in Sentence-BERT (Reimers and Gurevych 2019).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModel

from standfirst_models.errors import ModelDamaged, UnsuitableModel
from standfirst_models.runtimes.batching import alike
from standfirst_models.runtimes.device import best_device, best_dtype, load_weights

#: Sentence encoders are trained on so many tokens at most; a longer text is read in windows of them.
_WINDOW = 256


class PoolingEncoder:
    """A bidirectional model whose mean last layer is the sentence's vector. Fulfils ``Encoder``."""

    def __init__(self, model: torch.nn.Module, tokenizer: Tokenizer, dimensions: int, pad_id: int) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._pad_id = pad_id
        #: The length of every vector.
        self.dimensions = dimensions

    @classmethod
    def load(cls, folder: Path, *, device: str | None = None, dtype: torch.dtype | None = None) -> PoolingEncoder:
        """Load the model in ``folder`` (config.json, safetensors, tokenizer.json).

        ``device`` and ``dtype`` are chosen for this machine where they are None. Raises ``UnsuitableModel`` and
        ``ModelDamaged``.
        """
        where = best_device() if device is None else torch.device(device)
        try:
            config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises no narrower type
            raise ModelDamaged("The encoder's folder cannot be read: config.json or tokenizer.json.") from error
        if config.model_type not in {"bert", "roberta", "distilbert", "mpnet", "xlm-roberta"}:
            raise UnsuitableModel(f"A model of type {config.model_type} is not an encoder of sentences.")
        model = load_weights(AutoModel, folder, best_dtype(where) if dtype is None else dtype).to(where)
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return cls(model, tokenizer, int(config.hidden_size), int(config.pad_token_id or 0))

    def encode(self, texts: Sequence[str], cancelled: Callable[[], bool]) -> NDArray[np.float32]:
        """As in ``Encoder``: a text over 256 tokens is the mean of its windows."""
        owners, windows = self._windows(texts)
        sums = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for batch in alike([len(window) for window in windows]):
            if cancelled():
                break
            vectors = self._forward([windows[i] for i in batch])
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

    def _forward(self, windows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Mean-pooled vectors of one padded batch. *Shape:* ``[windows] -> [windows, dimensions]``."""
        width = max(len(window) for window in windows)
        ids = torch.full((len(windows), width), self._pad_id)
        mask = torch.zeros((len(windows), width), dtype=torch.long)
        for row, window in enumerate(windows):
            ids[row, : len(window)] = torch.tensor(window)
            mask[row, : len(window)] = 1
        device = next(self._model.parameters()).device
        with torch.inference_mode():
            hidden = self._model(input_ids=ids.to(device), attention_mask=mask.to(device)).last_hidden_state
            weights = mask.to(device).unsqueeze(-1)
            pooled = (hidden.float() * weights).sum(1) / weights.sum(1)
        vectors: NDArray[np.float32] = pooled.cpu().numpy()
        return vectors
