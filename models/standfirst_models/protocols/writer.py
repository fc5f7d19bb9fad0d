"""The interface of a writer: prompts in, texts out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request to a writer.

    A chat model reads ``instruction`` and ``passage``. An encoder-decoder summarizer takes no instruction and reads
    ``passage`` only. The text has at most ``max_new_tokens`` tokens. ``by_line`` asks for its lines as they are
    written.
    """

    instruction: str
    passage: str
    max_new_tokens: int
    by_line: bool = False


@dataclass(frozen=True, slots=True)
class BatchBudget:
    """The limits of one batch: its rows, and its tokens, with every row counted as long as the longest."""

    rows: int
    tokens: int


class Writer(Protocol):
    """A loaded model that writes. One thread owns it: a tokenizer must not be shared between threads."""

    @property
    def batch_budget(self) -> BatchBudget:
        """The largest batch that fits into memory, or beyond which a larger one is no faster."""

    def count_tokens(self, prompt: Prompt) -> int:
        """Return how many tokens this model reads for ``prompt``, without its output."""

    def most_tokens(self, prompt: Prompt) -> int:
        """Return the most tokens that this model can read for a prompt with an output as long as that of ``prompt``."""

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], emit: Callable[[int, str], None]
    ) -> list[str]:
        """Write one text for each prompt, as one batch. Decoding is greedy: the same prompts give the same texts.

        The caller makes sure that each prompt fits into the context with its output: nothing is truncated. A text
        that has not ended after ``max_new_tokens`` closes with "…".

        ``cancelled(i)`` is called at every decoding step. Once it is true, the text of prompt ``i`` may be cut short,
        since nobody waits for it. ``emit(i, text)`` may be called as soon as text ``i`` is complete, while others are
        still being written; and for a prompt ``by_line`` after each of its lines, with the text so far.
        """
