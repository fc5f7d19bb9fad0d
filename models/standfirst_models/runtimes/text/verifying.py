"""Verifying: findings from the logits that a pair network gives the tokens of each pair, whatever runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.runtimes.text.batching import alike
from standfirst_models.runtimes.text.pairs import PairBatch, batch_pairs, encode_pair

#: Tokens beside the weakest whose logits are no more than this above it are part of what is not backed.
_MARGIN = 1.0

#: The logit of each token of a batch. *Shape:* ``[pairs, tokens]``.
Network = Callable[[PairBatch], NDArray[np.float32]]


class PairVerifier:
    """A pair network and its tokenizer. Fulfils ``Verifier``.

    ``network`` gets ``pass_tokens`` tokens at a time at most, padding counted.
    """

    def __init__(self, network: Network, tokenizer: Tokenizer, pass_tokens: int) -> None:
        self._network = network
        self._pass_tokens = pass_tokens
        self._tokenizer = tokenizer

    def verify(self, pairs: Sequence[Pair], cancelled: Callable[[], bool]) -> list[Finding]:
        """As in ``Verifier``."""
        encoded = [encode_pair(self._tokenizer, pair.evidence, pair.claim) for pair in pairs]
        findings = [Finding(0.0, (0, 0))] * len(pairs)
        for batch in alike([len(pair.ids) for pair in encoded], self._pass_tokens):
            if cancelled():
                break
            logits = self._network(batch_pairs([encoded[i] for i in batch]))
            for index, row in zip(batch, logits, strict=True):
                start, end = encoded[index].claim
                tokens = row[start:end]
                findings[index] = Finding(_whole(tokens), _weakest(tokens.tolist(), encoded[index].offsets))
        return findings


def _whole(logits: NDArray[np.float32]) -> float:
    """The claim's logit from its tokens': their soft minimum, since a sentence is as true as its weakest word."""
    return -float(np.logaddexp.reduce(-logits, initial=-1e4))


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
