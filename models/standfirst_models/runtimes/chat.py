"""The chat: how a prompt looks to a chat model, whatever runs it."""

from __future__ import annotations

from typing import Any

from standfirst_models.writer import Prompt


def render(tokenizer: Any, prompt: Prompt) -> str:
    """``prompt`` as the model of ``tokenizer`` (transformers') reads it, in its chat format."""
    passage = prompt.passage
    # A passage that holds the model's own marks ("<|im_end|>") must not be able to end its turn.
    for mark in tokenizer.all_special_tokens:
        passage = passage.replace(mark, " ")
    asked = f"{prompt.instruction}\n\n{passage}"
    if tokenizer.chat_template is None:
        return f"{asked}\n\n"
    rendered: str = tokenizer.apply_chat_template(
        [{"role": "user", "content": asked}], tokenize=False, add_generation_prompt=True
    )
    return rendered
