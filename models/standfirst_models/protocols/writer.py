"""The writer: a prompt in, text out. The narrow protocol that every runtime fulfils.

Knows neither torch nor what the text is for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from standfirst_models.engine.scheduler import BatchBudget


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a writer is asked: to do ``instruction`` with ``passage``, in at most ``max_new_tokens`` tokens.

    A chat model reads the instruction and the passage; an encoder-decoder summarizer, which takes no
    instruction, reads the passage alone.
    """

    instruction: str
    passage: str
    max_new_tokens: int


class Writer(Protocol):
    """A loaded model that writes. Owned by one thread: its tokenizer is not safe to share between threads."""

    @property
    def context_tokens(self) -> int:
        """How many tokens fit into prompt and output together."""

    @property
    def room(self) -> BatchBudget:
        """What it writes at a time: more would not fit into memory, or be no faster."""

    def count_tokens(self, prompt: Prompt) -> int:
        """How many tokens ``prompt`` takes up as this model reads it, before a word is written."""

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], finished: Callable[[int, str], None]
    ) -> list[str]:
        """Write one text for each prompt, as one batch, greedily: the same prompts give the same texts.

        A text that is not at its end when it has ``max_new_tokens`` closes with "…".

        ``finished(i, text)`` may be called as soon as the text of prompt ``i`` is whole, while others are written.

        ``cancelled(i)`` is asked at every decoding step; where it is true, prompt ``i`` is written no further
        and its text, which nobody waits for, may be cut short.

        Every prompt fits into the context with its output: nothing is truncated. Who asks has counted.
        """
