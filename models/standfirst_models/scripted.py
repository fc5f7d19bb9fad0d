"""The scripted models: a writer, an encoder and a verifier that need no weights and always answer alike.

For tests of everything above the models, and for trying the service without them. They keep a history of what
they were asked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.protocols.writer import BatchBudget, Prompt


def first_words(prompt: Prompt) -> str:
    """The passage's first twelve words: a draft that is short, true and no sentence."""
    return " ".join(prompt.passage.split()[:12])


class ScriptedWriter:
    """Answers each prompt by a function of it. Fulfils ``Writer``."""

    batch_budget = BatchBudget(8, 16_384)

    def __init__(self, answer: Callable[[Prompt], str] = first_words, context_tokens: int = 2048) -> None:
        self._answer = answer
        self.context_tokens = context_tokens
        #: The batches that were asked for, in order.
        self.history: list[tuple[Prompt, ...]] = []

    def count_tokens(self, prompt: Prompt) -> int:
        """One token a word."""
        return len(prompt.instruction.split()) + len(prompt.passage.split())

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], finished: Callable[[int, str], None]
    ) -> list[str]:
        """As in ``Writer``, one after the other; a cancelled prompt's text is empty."""
        self.history.append(tuple(prompts))
        texts = []
        for row, prompt in enumerate(prompts):
            texts.append("" if cancelled(row) else self._answer(prompt))
            finished(row, texts[row])
        return texts


class ScriptedEncoder:
    """Each word points in a direction of its own; a text is their sum. Fulfils ``Encoder``."""

    dimensions = 64

    def __init__(self) -> None:
        #: The batches that were asked for, in order.
        self.history: list[tuple[str, ...]] = []

    def encode(self, texts: Sequence[str], cancelled: Callable[[], bool]) -> NDArray[np.float32]:
        """As in ``Encoder``."""
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
    """Finds that the evidence backs every claim, so that only rules judge. Fulfils ``Verifier``."""

    def __init__(self) -> None:
        #: The batches that were asked for, in order.
        self.history: list[tuple[Pair, ...]] = []

    def verify(self, pairs: Sequence[Pair], cancelled: Callable[[], bool]) -> list[Finding]:
        """As in ``Verifier``."""
        self.history.append(tuple(pairs))
        return [Finding(10.0, (0, 0)) for _ in pairs]
