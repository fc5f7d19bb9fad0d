"""The encoder-decoder writer: summarizers such as BART, Pegasus, T5 and LED."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.torch.device import batch_budget_for
from standfirst_models.runtimes.torch.generation import generate, greedy

#: The prefix that T5 models were trained to read before a text to summarize.
_T5_PREFIX = "summarize: "


class Seq2SeqWriter:
    """An encoder-decoder model that summarizes a prompt's passage and reads no instruction. Fulfils ``Writer``."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model = model
        model.generation_config = greedy(model.generation_config)
        self._tokenizer = tokenizer
        self._prefix = _T5_PREFIX if "t5" in model.config.model_type else ""
        self._encoder_tokens = _encoder_tokens(model.config)
        #: The largest batch.
        self.batch_budget = batch_budget_for(model)

    def count_tokens(self, prompt: Prompt) -> int:
        """Return the number of tokens of the passage."""
        return len(self._tokenizer(self._prefix + prompt.passage).input_ids)

    def most_tokens(self, prompt: Prompt) -> int:
        """Return the most tokens that the encoder reads. The output of ``prompt`` takes none of them."""
        return self._encoder_tokens

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], emit: Callable[[int, str], None]
    ) -> list[str]:
        """Write one text for each prompt, as ``Writer.write`` does, in one batch padded on the right."""
        batch = self._tokenizer(
            [self._prefix + prompt.passage for prompt in prompts],
            padding=True,
            padding_side="right",
            return_tensors="pt",
        )
        inputs = {"input_ids": batch.input_ids, "attention_mask": batch.attention_mask}
        if self._model.config.model_type == "led":
            # LED's first token attends to the whole text (Beltagy et al. 2020, section 4.2).
            inputs["global_attention_mask"] = torch.zeros_like(batch.input_ids)
            inputs["global_attention_mask"][:, 0] = 1
        return generate(self._model, self._tokenizer, inputs, 1, prompts, cancelled, emit)


def _encoder_tokens(config: Any) -> int:
    """Return the most tokens that the encoder reads. T5 has no limit but was trained on 512."""
    for name in ("max_encoder_position_embeddings", "max_position_embeddings", "n_positions"):
        value = getattr(config, name, None)
        if value:
            return int(value)
    return 512
