"""The engines of a writer, an encoder and a verifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from standfirst_models.engine.engine import Engine
from standfirst_models.errors import PromptTooLong
from standfirst_models.protocols.encoder import Encoder
from standfirst_models.protocols.verifier import Finding, Pair, Verifier
from standfirst_models.protocols.writer import BatchBudget, Prompt, Writer

#: Characters of a token, near enough to estimate a size without a tokenizer.
_TOKEN_CHARACTERS = 4


def writer_engine(name: str, load: Callable[[], Writer]) -> Engine[Writer, Prompt, str]:
    """Return an engine that writes one text for each prompt. The writer sets the batch budget."""

    def size(writer: Writer, prompt: Prompt) -> int:
        tokens, most = writer.count_tokens(prompt), writer.most_tokens(prompt)
        if tokens > most:
            raise PromptTooLong(f"A prompt of {tokens} tokens does not fit: the model can read {most}.")
        return tokens + prompt.max_new_tokens

    def used(prompt: Prompt, size: int, text: str) -> int:
        return size - prompt.max_new_tokens + len(text) // _TOKEN_CHARACTERS + 1

    return Engine(
        name,
        load,
        size,
        lambda writer, prompts, cancelled, emit: writer.write(prompts, cancelled, emit),
        budget=lambda writer: writer.batch_budget,
        used=used,
    )


def encoder_engine(name: str, load: Callable[[], Encoder]) -> Engine[Encoder, str, NDArray[np.float32]]:
    """Return an engine that encodes texts, each to one vector."""

    def size(_: Encoder, text: str) -> int:
        return len(text) // _TOKEN_CHARACTERS + 2

    def run(
        encoder: Encoder, texts: Sequence[str], cancelled: Callable[[int], bool], _: object
    ) -> Sequence[NDArray[np.float32]]:
        return list(encoder.encode(texts, lambda: all(cancelled(i) for i in range(len(texts)))))

    return Engine(name, load, size, run, budget=lambda _: BatchBudget(128, 16_384))


def verifier_engine(name: str, load: Callable[[], Verifier]) -> Engine[Verifier, Pair, Finding]:
    """Return an engine that verifies pairs."""

    def size(_: Verifier, pair: Pair) -> int:
        return (len(pair.evidence) + len(pair.claim)) // _TOKEN_CHARACTERS + 3

    def run(verifier: Verifier, pairs: Sequence[Pair], cancelled: Callable[[int], bool], _: object) -> list[Finding]:
        return verifier.verify(pairs, lambda: all(cancelled(i) for i in range(len(pairs))))

    return Engine(name, load, size, run, budget=lambda _: BatchBudget(64, 8_192))
