"""Scripted models: a writer, an encoder and a verifier without weights, whose results are deterministic.

Each keeps a history of the batches that it was called with.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.protocols.writer import BatchBudget, Prompt


def first_words(prompt: Prompt) -> str:
    """Return the first twelve words of the passage: a short draft that is true and no sentence."""
    return " ".join(prompt.passage.split()[:12])


class ScriptedWriter:
    """A writer whose text for a prompt is ``answer(prompt)``. Fulfils ``Writer``."""

    batch_budget = BatchBudget(8, 16_384)

    def __init__(self, answer: Callable[[Prompt], str] = first_words, context_tokens: int = 2048) -> None:
        self._answer = answer
        self._context_tokens = context_tokens
        #: The batches of all calls, in order.
        self.history: list[tuple[Prompt, ...]] = []

    def count_tokens(self, prompt: Prompt) -> int:
        """Return the number of words."""
        return len(prompt.instruction.split()) + len(prompt.passage.split())

    def most_tokens(self, prompt: Prompt) -> int:
        """Return the words that the output leaves."""
        return self._context_tokens - prompt.max_new_tokens

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], emit: Callable[[int, str], None]
    ) -> list[str]:
        """Write one text after the other. The text of a cancelled prompt is empty."""
        self.history.append(tuple(prompts))
        texts = []
        for row, prompt in enumerate(prompts):
            texts.append("" if cancelled(row) else self._answer(prompt))
            emit(row, texts[row])
        return texts


class StallingWriter(ScriptedWriter):
    """A writer that does not write its second text before ``first_was_seen`` is set."""

    def __init__(self) -> None:
        super().__init__(self._write)
        self.first_was_seen = threading.Event()
        self._prompts = 0

    def _write(self, _: Prompt) -> str:
        self._prompts += 1
        if self._prompts == 2:
            assert self.first_was_seen.wait(10), "the first sentence was held back until the second was written"
        return "Mars sold its moons to Venus for a song on Sunday."


class ScriptedEncoder:
    """An encoder that gives each word a random direction and each text their sum. Fulfils ``Encoder``."""

    dimensions = 64

    def __init__(self) -> None:
        #: The batches of all calls, in order.
        self.history: list[tuple[str, ...]] = []

    def encode(self, texts: Sequence[str], cancelled: Callable[[], bool]) -> NDArray[np.float32]:
        """Return one unit vector for each text, as ``Encoder.encode`` does."""
        self.history.append(tuple(texts))
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            if cancelled():
                break
            for word in re.findall(r"\w+", text.lower()) or [""]:
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                vectors[row] += np.random.default_rng(int.from_bytes(digest)).standard_normal(self.dimensions)
        unit: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return unit


class ScriptedVerifier:
    """A verifier that backs every claim, so that only the checks refuse one. Fulfils ``Verifier``."""

    def __init__(self) -> None:
        #: The batches of all calls, in order.
        self.history: list[tuple[Pair, ...]] = []

    def verify(self, pairs: Sequence[Pair], cancelled: Callable[[], bool]) -> list[Finding]:
        """Return one finding for each pair."""
        self.history.append(tuple(pairs))
        return [Finding(10.0, (0, 0)) for _ in pairs]
