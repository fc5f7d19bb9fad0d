"""The verifiers around a network of any runtime: findings from the logits of a pair and of the claim's tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.runtimes.text.batches import batches_by_length
from standfirst_models.runtimes.text.pairs import (
    BERT_LAYOUT,
    MPNET_LAYOUT,
    PairBatch,
    PairLayout,
    batch_pairs,
    encode_pair,
)

#: Neighbours of the weakest token belong to the weakest part if their logits are at most this much higher.
_MARGIN = 1.0

#: Returns the logit of each token of a batch. *Shape:* ``[pairs, tokens]``.
Network = Callable[[PairBatch], NDArray[np.float32]]


class PairVerifier:
    """A pair network and its tokenizer. Fulfils ``Verifier``.

    ``network`` gets at most ``pass_tokens`` tokens at a time, padding included. The claim's logit is the soft minimum
    of its tokens' logits: a sentence is as true as its weakest word.
    """

    #: The layout of the pairs that the network was trained on.
    layout: PairLayout = BERT_LAYOUT

    def __init__(self, network: Network, tokenizer: Tokenizer, pass_tokens: int) -> None:
        self._network = network
        self._pass_tokens = pass_tokens
        self._tokenizer = tokenizer
        self._padding = tokenizer.token_to_id(self.layout.padding) or 0

    def verify(self, pairs: Sequence[Pair], cancelled: Callable[[], bool]) -> list[Finding]:
        """Return one finding for each pair, as ``Verifier.verify`` does."""
        encoded = [encode_pair(self._tokenizer, pair.evidence, pair.claim, self.layout) for pair in pairs]
        findings = [Finding(0.0, (0, 0))] * len(pairs)
        for batch in batches_by_length([len(pair.ids) for pair in encoded], self._pass_tokens):
            if cancelled():
                break
            logits = self._network(batch_pairs([encoded[i] for i in batch], self._padding))
            for index, row in zip(batch, logits, strict=True):
                start, end = encoded[index].claim
                weakest = _weakest(row[start:end].tolist(), encoded[index].offsets)
                findings[index] = Finding(self._claim_logit(row, start, end), weakest)
        return findings

    def _claim_logit(self, logits: NDArray[np.float32], start: int, end: int) -> float:
        """Return the logit of the claim, which has the tokens from ``start`` to ``end``."""
        return -float(np.logaddexp.reduce(-logits[start:end], initial=-1e4))


class ReadingVerifier(PairVerifier):
    """A reading network and its tokenizer. The network gives the claim's logit in the place of the first token."""

    layout = MPNET_LAYOUT

    def _claim_logit(self, logits: NDArray[np.float32], start: int, end: int) -> float:
        return float(logits[0])


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
