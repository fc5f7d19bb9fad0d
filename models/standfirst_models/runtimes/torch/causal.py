"""The causal writer: chat models such as SmolLM2, Qwen2.5 and Llama."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.text.chat import render_template
from standfirst_models.runtimes.torch.device import batch_budget_for
from standfirst_models.runtimes.torch.generation import generate, greedy


class CausalWriter:
    """A decoder-only model that continues a prompt. Fulfils ``Writer``."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model = model
        model.generation_config = greedy(model.generation_config)
        # transformers passes the last positions of a batch as a strided view, and torch then copies the vocabulary
        # matrix once a row: 57 MB each for SmolLM2, and half of the time that reading prompts takes.
        model.get_output_embeddings().register_forward_pre_hook(lambda _, inputs: (inputs[0].contiguous(),))
        self._tokenizer = tokenizer
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        self._context_tokens = int(model.config.max_position_embeddings)
        #: The largest batch.
        self.batch_budget = batch_budget_for(model)

    def count_tokens(self, prompt: Prompt) -> int:
        """Return the number of tokens of ``prompt``, the chat template's included."""
        return len(self._tokenizer(self.render(prompt), add_special_tokens=False).input_ids)

    def most_tokens(self, prompt: Prompt) -> int:
        """Return the tokens of the context that the output of ``prompt`` leaves."""
        return self._context_tokens - prompt.max_new_tokens

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], emit: Callable[[int, str], None]
    ) -> list[str]:
        """Write one text for each prompt, as ``Writer.write`` does, in one batch padded on the left."""
        batch = self._tokenizer(
            [self.render(prompt) for prompt in prompts],
            add_special_tokens=False,
            padding=True,
            padding_side="left",
            return_tensors="pt",
        )
        inputs = {"input_ids": batch.input_ids, "attention_mask": batch.attention_mask}
        width = batch.input_ids.shape[1]
        return generate(self._model, self._tokenizer, inputs, width, prompts, cancelled, emit)

    def render(self, prompt: Prompt) -> str:
        """Return ``prompt`` in the model's chat template."""
        return render_template(self._tokenizer, prompt)
