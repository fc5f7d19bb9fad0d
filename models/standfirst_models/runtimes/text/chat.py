"""The chat in which a model reads a prompt: the chat template of transformers, or what was exported of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from standfirst_models.protocols.writer import Prompt

_FILE = "chat.json"


@dataclass(frozen=True, slots=True)
class Chat:
    """A model's chat of one user message, without transformers.

    ``before`` and ``after`` surround the message, whose outer white space is removed if ``strips``. ``marks`` are the
    special tokens, which a message must not contain. A prompt and its output have at most ``context_tokens``; the
    output ends with one of ``ends``, which are token numbers.
    """

    before: str
    after: str
    strips: bool
    marks: tuple[str, ...]
    context_tokens: int
    ends: tuple[int, ...]

    @classmethod
    def load(cls, folder: Path) -> Chat:
        """Load the chat from ``folder``. Raises ``OSError``, ``ValueError``, ``KeyError`` and ``TypeError``."""
        fields = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return cls(**fields | {"marks": tuple(fields["marks"]), "ends": tuple(fields["ends"])})

    def save(self, folder: Path) -> None:
        """Save the chat in ``folder``."""
        (folder / _FILE).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    def render(self, prompt: Prompt) -> str:
        """Return ``prompt`` as the model reads it: the same text as ``render_template`` returns."""
        message = user_message(prompt, self.marks)
        return f"{self.before}{message.strip() if self.strips else message}{self.after}"


def user_message(prompt: Prompt, marks: Iterable[str]) -> str:
    """Return the instruction and the passage as one message, without the special tokens ``marks`` in the passage."""
    passage = prompt.passage
    for mark in marks:  # a passage must not be able to end the user's turn, with "<|im_end|>" for one
        passage = passage.replace(mark, " ")
    return f"{prompt.instruction}\n\n{passage}"


def render_template(tokenizer: Any, prompt: Prompt) -> str:
    """Return ``prompt`` in the chat template of ``tokenizer``, which is one of transformers.

    Models that can reason before they answer, such as Qwen3 and SmolLM3, are told not to.
    """
    message = user_message(prompt, tokenizer.all_special_tokens)
    if tokenizer.chat_template is None:
        return f"{message}\n\n"
    rendered: str = tokenizer.apply_chat_template(
        [{"role": "user", "content": message}], tokenize=False, add_generation_prompt=True, enable_thinking=False
    )
    return rendered
