"""The verifier around a pair network of any runtime: findings from the logits of the claim's tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.runtimes.text.batches import batches_by_length
from standfirst_models.runtimes.text.pairs import PairBatch, batch_pairs, encode_pair

#: Neighbours of the weakest token belong to the weakest part if their logits are at most this much higher.
_MARGIN = 1.0

#: Returns the logit of each token of a batch. *Shape:* ``[pairs, tokens]``.
Network = Callable[[PairBatch], NDArray[np.float32]]


class PairVerifier:
    """A pair network and its tokenizer. Fulfils ``Verifier``.

    ``network`` gets at most ``pass_tokens`` tokens at a time, padding included.
    """

    def __init__(self, network: Network, tokenizer: Tokenizer, pass_tokens: int) -> None:
        self._network = network
        self._pass_tokens = pass_tokens
        self._tokenizer = tokenizer

    def verify(self, pairs: Sequence[Pair], cancelled: Callable[[], bool]) -> list[Finding]:
        """Return one finding for each pair, as ``Verifier.verify`` does."""
        encoded = [encode_pair(self._tokenizer, pair.evidence, pair.claim) for pair in pairs]
        findings = [Finding(0.0, (0, 0))] * len(pairs)
        for batch in batches_by_length([len(pair.ids) for pair in encoded], self._pass_tokens):
            if cancelled():
                break
            logits = self._network(batch_pairs([encoded[i] for i in batch]))
            for index, row in zip(batch, logits, strict=True):
                start, end = encoded[index].claim
                tokens = row[start:end]
                findings[index] = Finding(_claim_logit(tokens), _weakest(tokens.tolist(), encoded[index].offsets))
        return findings


def _claim_logit(logits: NDArray[np.float32]) -> float:
    """Return the soft minimum of the claim's logits: a sentence is as true as its weakest word."""
    return -float(np.logaddexp.reduce(-logits, initial=-1e4))


def _weakest(logits: Sequence[float], offsets: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the characters of the token with the lowest logit and of neighbours with nearly as low ones."""
    if not logits:
        return 0, 0
    first = last = min(range(len(logits)), key=logits.__getitem__)
    bound = logits[first] + _MARGIN
    while first > 0 and logits[first - 1] <= bound:
        first -= 1
    while last + 1 < len(logits) and logits[last + 1] <= bound:
        last += 1
    return offsets[first][0], offsets[last][1]
