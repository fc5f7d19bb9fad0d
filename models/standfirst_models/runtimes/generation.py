"""Generation: what causal and encoder-decoder writers share when transformers' ``generate`` writes for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from transformers import GenerationConfig, StoppingCriteria, StoppingCriteriaList

from standfirst_models.writer import Prompt


class RowsDone(StoppingCriteria):
    """Ends each row of a batch by itself: at its prompt's ``max_new_tokens``, or when nobody waits for it."""

    def __init__(self, prompts: Sequence[Prompt], start: int, cancelled: Callable[[int], bool]) -> None:
        self._limits = [start + prompt.max_new_tokens for prompt in prompts]
        self._cancelled = cancelled

    def __call__(self, input_ids: torch.Tensor, scores: object, **_: Any) -> torch.Tensor:
        """Which rows end here. *Shape:* ``[rows, tokens so far] -> [rows]``."""
        length = input_ids.shape[1]
        done = [length >= limit or self._cancelled(row) for row, limit in enumerate(self._limits)]
        return torch.tensor(done, device=input_ids.device)


def greedy(config: GenerationConfig) -> GenerationConfig:
    """``config`` made to write the most likely text, of no least length and without beams or sampling.

    What the model was trained to need stays: its first and last tokens, and a bound on repeated n-grams. It must
    take the place of the model's own config: ``generate`` fills in from there whatever is not given.
    """
    ends = config.eos_token_id[0] if isinstance(config.eos_token_id, list) else config.eos_token_id
    return GenerationConfig(
        do_sample=False,
        num_beams=1,
        no_repeat_ngram_size=config.no_repeat_ngram_size,
        bos_token_id=config.bos_token_id,
        eos_token_id=config.eos_token_id,
        pad_token_id=ends if config.pad_token_id is None else config.pad_token_id,
        decoder_start_token_id=config.decoder_start_token_id,
        forced_bos_token_id=config.forced_bos_token_id,
    )


def stopping(prompts: Sequence[Prompt], start: int, cancelled: Callable[[int], bool]) -> StoppingCriteriaList:
    """``RowsDone`` as ``generate`` takes it; ``start`` is how many tokens each row holds before the first new one."""
    return StoppingCriteriaList([RowsDone(prompts, start, cancelled)])
