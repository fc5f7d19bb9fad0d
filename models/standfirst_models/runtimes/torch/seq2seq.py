"""The encoder-decoder runtime: summarizers such as BART, Pegasus, T5 and LED, by transformers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.text.ending import text_of
from standfirst_models.runtimes.torch.device import batch_budget_for
from standfirst_models.runtimes.torch.generation import ends_of, greedy, stopping

#: What T5 and its kin were trained to read before a text to summarize.
_T5_PREFIX = "summarize: "


class Seq2SeqWriter:
    """An encoder-decoder model that summarizes a passage; it reads no instruction. Fulfils ``Writer``."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model = model
        model.generation_config = greedy(model.generation_config)
        self._ends = ends_of(model.generation_config)
        self._tokenizer = tokenizer
        self._prefix = _T5_PREFIX if "t5" in model.config.model_type else ""
        #: How many tokens the encoder reads; the output has its own room.
        self.context_tokens = _encoder_tokens(model.config)
        #: What it writes at a time.
        self.batch_budget = batch_budget_for(model)

    def count_tokens(self, prompt: Prompt) -> int:
        """How many tokens the passage takes up, as the encoder reads it."""
        return len(self._tokenizer(self._prefix + prompt.passage).input_ids)

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], finished: Callable[[int, str], None]
    ) -> list[str]:
        """As in ``Writer``: one text for each prompt, as one batch padded on the right."""
        batch = self._tokenizer(
            [self._prefix + prompt.passage for prompt in prompts],
            padding=True,
            padding_side="right",
            return_tensors="pt",
        )
        inputs = {
            "input_ids": batch.input_ids.to(self._model.device),
            "attention_mask": batch.attention_mask.to(self._model.device),
        }
        if self._model.config.model_type == "led":
            # LED sees the whole through its first token (Beltagy et al. 2020, section 4.2).
            inputs["global_attention_mask"] = torch.zeros_like(inputs["input_ids"])
            inputs["global_attention_mask"][:, 0] = 1

        def text(row: int, tokens: torch.Tensor) -> str:
            return text_of(self._tokenizer, tokens.tolist(), prompts[row].max_new_tokens, self._ends)

        def tell(row: int, tokens: torch.Tensor) -> None:
            finished(row, text(row, tokens))

        with torch.inference_mode():
            output = self._model.generate(
                **inputs,
                max_new_tokens=max(prompt.max_new_tokens for prompt in prompts),
                stopping_criteria=stopping(prompts, 1, self._ends, cancelled, tell),
            )
        return [text(row, tokens) for row, tokens in enumerate(output[:, 1:])]


def _encoder_tokens(config: Any) -> int:
    """The encoder's room, by the name that each family has for it; T5 has no bound but was trained on 512."""
    for name in ("max_encoder_position_embeddings", "max_position_embeddings", "n_positions"):
        value = getattr(config, name, None)
        if value:
            return int(value)
    return 512
