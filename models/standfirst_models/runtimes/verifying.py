"""The verifying runtime: the embedded encoder, turned into a verifier by an adapter that lies beside this package.

The adapter (``adapting``) is what ``training/verifier.py`` learned: what changed in the encoder, and the parts that the
encoder does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from transformers import AutoModel

from standfirst_models.errors import ModelDamaged
from standfirst_models.runtimes.adapting import adapt
from standfirst_models.runtimes.batching import alike
from standfirst_models.runtimes.device import best_device, best_dtype, load_weights
from standfirst_models.runtimes.pairs import PairNetwork, batch_pairs, encode_pair, soft_minimum
from standfirst_models.verifier import Finding, Pair

#: Tokens beside the weakest whose logits are no more than this above it are part of what is not backed.
_MARGIN = 1.0


class PairVerifier:
    """A pair network and its tokenizer. Fulfils ``Verifier``."""

    def __init__(self, network: PairNetwork, tokenizer: Tokenizer) -> None:
        self._network = network
        self._tokenizer = tokenizer

    @classmethod
    def load(
        cls, folder: Path, adapter: Path, *, device: str | None = None, dtype: torch.dtype | None = None
    ) -> PairVerifier:
        """Load the encoder in ``folder`` and change it by ``adapter``, a safetensors file.

        ``device`` and ``dtype`` are chosen for this machine where they are None. Raises ``ModelDamaged``.
        """
        where = best_device() if device is None else torch.device(device)
        bert = load_weights(AutoModel, folder, torch.float32)
        network = PairNetwork(bert, int(bert.config.hidden_size))
        try:
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            _apply(network, load_file(adapter))
        except (SafetensorError, OSError, KeyError, RuntimeError) as error:
            raise ModelDamaged(f"The verifier's adapter does not fit the encoder in {folder.name}.") from error
        except Exception as error:  # tokenizers raises no narrower type
            raise ModelDamaged("The encoder's folder cannot be read: tokenizer.json.") from error
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return cls(network.to(where, best_dtype(where) if dtype is None else dtype).eval(), tokenizer)

    def verify(self, pairs: Sequence[Pair], cancelled: Callable[[], bool]) -> list[Finding]:
        """As in ``Verifier``."""
        encoded = [encode_pair(self._tokenizer, pair.evidence, pair.claim) for pair in pairs]
        findings = [Finding(0.0, (0, 0))] * len(pairs)
        device = next(self._network.parameters()).device
        for batch in alike([len(pair.ids) for pair in encoded]):
            if cancelled():
                break
            padded = batch_pairs([encoded[i] for i in batch], 0).to(device)
            with torch.inference_mode():
                logits = self._network(padded)
                wholes = soft_minimum(logits, padded.claims).tolist()
            for index, row, whole in zip(batch, logits.tolist(), wholes, strict=True):
                start, end = encoded[index].claim
                findings[index] = Finding(whole, _weakest(row[start:end], encoded[index].offsets))
        return findings


def _weakest(logits: Sequence[float], offsets: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The characters of the token with the lowest of ``logits``, and of those beside it that are nearly as low."""
    if not logits:
        return 0, 0
    first = last = min(range(len(logits)), key=logits.__getitem__)
    bound = logits[first] + _MARGIN
    while first > 0 and logits[first - 1] <= bound:
        first -= 1
    while last + 1 < len(logits) and logits[last + 1] <= bound:
        last += 1
    return offsets[first][0], offsets[last][1]


def _apply(network: PairNetwork, adapter: dict[str, Tensor]) -> None:
    """Change ``network`` by ``adapter``, which has all of the parts that the encoder does not have."""
    for part in (network.overlap, network.head):
        for parameter in part.parameters():
            parameter.data.zero_()
    adapt(dict(network.named_parameters()), adapter)
