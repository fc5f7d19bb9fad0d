"""The chat: how a prompt looks to a chat model, whatever runs it."""

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
    """What a model's tokenizer, template and config say of a chat in which one question is asked.

    ``before`` and ``after`` stand around the question, whose outer blanks go if it ``strips``; no ``marks`` may be in
    it. Prompt and output together have room for ``context_tokens``, and the output ends with one of ``ends``.
    """

    before: str
    after: str
    strips: bool
    marks: tuple[str, ...]
    context_tokens: int
    ends: tuple[int, ...]

    @classmethod
    def load(cls, folder: Path) -> Chat:
        """What ``save`` has kept in ``folder``. Raises ``OSError``, ``ValueError``, ``KeyError`` and ``TypeError``."""
        kept = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return cls(**kept | {"marks": tuple(kept["marks"]), "ends": tuple(kept["ends"])})

    def save(self, folder: Path) -> None:
        """Keep it in ``folder``."""
        (folder / _FILE).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    def render(self, prompt: Prompt) -> str:
        """``prompt`` as the model reads it: what ``render`` gives, without the template."""
        question = asked(prompt, self.marks)
        return f"{self.before}{question.strip() if self.strips else question}{self.after}"


def asked(prompt: Prompt, marks: Iterable[str]) -> str:
    """What the user says: the instruction and the passage."""
    passage = prompt.passage
    # A passage that holds the model's own marks ("<|im_end|>") must not be able to end its turn.
    for mark in marks:
        passage = passage.replace(mark, " ")
    return f"{prompt.instruction}\n\n{passage}"


def render(tokenizer: Any, prompt: Prompt) -> str:
    """``prompt`` as the model of ``tokenizer`` (transformers') reads it, in its chat format."""
    question = asked(prompt, tokenizer.all_special_tokens)
    if tokenizer.chat_template is None:
        return f"{question}\n\n"
    rendered: str = tokenizer.apply_chat_template(
        [{"role": "user", "content": question}], tokenize=False, add_generation_prompt=True
    )
    return rendered
