"""The causal runtime: chat models such as SmolLM2, Qwen2.5 and Llama, by transformers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.text.chat import render
from standfirst_models.runtimes.text.ending import text_of
from standfirst_models.runtimes.torch.device import batch_budget_for
from standfirst_models.runtimes.torch.generation import ends_of, greedy, stopping


class CausalWriter:
    """A decoder-only model that continues a prompt. Fulfils ``Writer``."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model = model
        model.generation_config = greedy(model.generation_config)
        # The last positions of a batch lie apart in memory, and torch multiplies what lies apart by a copy of the
        # whole vocabulary for every row: 57 MB each for SmolLM2, and half of the time that reading prompts takes.
        model.get_output_embeddings().register_forward_pre_hook(lambda _, inputs: (inputs[0].contiguous(),))
        self._ends = ends_of(model.generation_config)
        self._tokenizer = tokenizer
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        #: How many tokens fit into prompt and output together.
        self.context_tokens = int(model.config.max_position_embeddings)
        #: What it writes at a time.
        self.batch_budget = batch_budget_for(model)

    def count_tokens(self, prompt: Prompt) -> int:
        """How many tokens the prompt takes up, the chat's marks included."""
        return len(self._tokenizer(self.render(prompt), add_special_tokens=False).input_ids)

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], finished: Callable[[int, str], None]
    ) -> list[str]:
        """As in ``Writer``: one text for each prompt, as one batch padded on the left."""
        batch = self._tokenizer(
            [self.render(prompt) for prompt in prompts],
            add_special_tokens=False,
            padding=True,
            padding_side="left",
            return_tensors="pt",
        )
        width = batch.input_ids.shape[1]

        def text(row: int, tokens: torch.Tensor) -> str:
            return text_of(self._tokenizer, tokens.tolist(), prompts[row].max_new_tokens, self._ends)

        def tell(row: int, tokens: torch.Tensor) -> None:
            finished(row, text(row, tokens))

        with torch.inference_mode():
            output = self._model.generate(
                input_ids=batch.input_ids.to(self._model.device),
                attention_mask=batch.attention_mask.to(self._model.device),
                max_new_tokens=max(prompt.max_new_tokens for prompt in prompts),
                stopping_criteria=stopping(prompts, width, self._ends, cancelled, tell),
            )
        return [text(row, tokens) for row, tokens in enumerate(output[:, width:])]

    def render(self, prompt: Prompt) -> str:
        """The prompt as the model reads it, in its chat format."""
        return render(self._tokenizer, prompt)
