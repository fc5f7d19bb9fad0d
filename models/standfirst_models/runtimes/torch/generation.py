"""Generation: what causal and encoder-decoder writers share when transformers' ``generate`` writes for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from transformers import GenerationConfig, StoppingCriteria, StoppingCriteriaList

from standfirst_models.protocols.writer import Prompt


class RowsDone(StoppingCriteria):
    """Ends each row of a batch by itself: at its prompt's ``max_new_tokens``, or when nobody waits for it.

    ``finished`` is told of each row, once, when it is whole: at one of the tokens ``ends``, or at its limit.
    """

    def __init__(
        self,
        prompts: Sequence[Prompt],
        start: int,
        ends: frozenset[int],
        cancelled: Callable[[int], bool],
        finished: Callable[[int, torch.Tensor], None],
    ) -> None:
        self._start = start
        self._limits = [start + prompt.max_new_tokens for prompt in prompts]
        self._ends = ends
        self._cancelled = cancelled
        self._finished = finished
        self._unfinished = set(range(len(prompts)))

    def __call__(self, input_ids: torch.Tensor, scores: object, **_: Any) -> torch.Tensor:
        """Which rows end here. *Shape:* ``[rows, tokens so far] -> [rows]``."""
        length = input_ids.shape[1]
        last = input_ids[:, -1].tolist()
        for row in [row for row in self._unfinished if last[row] in self._ends or length >= self._limits[row]]:
            self._unfinished.remove(row)
            if not self._cancelled(row):
                self._finished(row, input_ids[row, self._start :])
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


def ends_of(config: GenerationConfig) -> frozenset[int]:
    """The tokens that end a text."""
    ends = config.eos_token_id
    return frozenset(ends if isinstance(ends, list) else [] if ends is None else [ends])


def stopping(
    prompts: Sequence[Prompt],
    start: int,
    ends: frozenset[int],
    cancelled: Callable[[int], bool],
    finished: Callable[[int, torch.Tensor], None],
) -> StoppingCriteriaList:
    """``RowsDone`` as ``generate`` takes it; ``start`` is how many tokens each row holds before the first new one."""
    return StoppingCriteriaList([RowsDone(prompts, start, ends, cancelled, finished)])
