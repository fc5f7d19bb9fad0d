"""Generation: greedy decoding of a batch by transformers, with an end for each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from transformers import GenerationConfig, StoppingCriteria, StoppingCriteriaList

from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.text.tokenizer import decode


def generate(
    model: Any,
    tokenizer: Any,
    inputs: Mapping[str, torch.Tensor],
    start: int,
    prompts: Sequence[Prompt],
    cancelled: Callable[[int], bool],
    emit: Callable[[int, str], None],
) -> list[str]:
    """Return the text of each prompt, as ``Writer.write`` does.

    ``inputs`` are those of the model's ``generate``. The first ``start`` tokens of each row are not part of its text.
    """
    ends = end_tokens(model.generation_config)

    def text(row: int, tokens: torch.Tensor) -> str:
        return decode(tokenizer, tokens.tolist(), prompts[row].max_new_tokens, ends)

    def emit_text(row: int, tokens: torch.Tensor) -> None:
        emit(row, text(row, tokens))

    def emit_lines(row: int, tokens: torch.Tensor) -> None:
        if "\n" in tokenizer.decode(tokens[-1:]):
            lines = tokenizer.decode(tokens, skip_special_tokens=True)
            emit(row, lines[: lines.rfind("\n") + 1])

    with torch.inference_mode():
        output = model.generate(
            **{name: tensor.to(model.device) for name, tensor in inputs.items()},
            max_new_tokens=max(prompt.max_new_tokens for prompt in prompts),
            stopping_criteria=StoppingCriteriaList([_RowsDone(prompts, start, ends, cancelled, emit_text, emit_lines)]),
        )
    return [text(row, tokens) for row, tokens in enumerate(output[:, start:])]


class _RowsDone(StoppingCriteria):
    """Ends a row at its prompt's ``max_new_tokens`` or once it is cancelled.

    ``emit`` is called once for each row that is complete, with the row's new tokens: at one of ``ends``, or at its
    limit. ``emit_lines`` is called with them at every step before that if the prompt is ``by_line``.
    """

    def __init__(
        self,
        prompts: Sequence[Prompt],
        start: int,
        ends: frozenset[int],
        cancelled: Callable[[int], bool],
        emit: Callable[[int, torch.Tensor], None],
        emit_lines: Callable[[int, torch.Tensor], None],
    ) -> None:
        self._start = start
        self._limits = [start + prompt.max_new_tokens for prompt in prompts]
        self._ends = ends
        self._cancelled = cancelled
        self._emit = emit
        self._emit_lines = emit_lines
        self._unfinished = set(range(len(prompts)))
        self._by_line = [row for row, prompt in enumerate(prompts) if prompt.by_line]

    def __call__(self, input_ids: torch.Tensor, scores: object, **_: Any) -> torch.Tensor:
        """Return which rows end here. *Shape:* ``[rows, tokens so far] -> [rows]``."""
        length = input_ids.shape[1]
        last = input_ids[:, -1].tolist()
        for row in [row for row in self._unfinished if last[row] in self._ends or length >= self._limits[row]]:
            self._unfinished.remove(row)
            if not self._cancelled(row):
                self._emit(row, input_ids[row, self._start :])
        for row in self._unfinished.intersection(self._by_line):
            if not self._cancelled(row):
                self._emit_lines(row, input_ids[row, self._start :])
        done = [length >= limit or self._cancelled(row) for row, limit in enumerate(self._limits)]
        return torch.tensor(done, device=input_ids.device)


def greedy(config: GenerationConfig) -> GenerationConfig:
    """Return ``config`` for greedy decoding: without sampling, beams or a least length.

    It keeps what the model was trained with: its first and last tokens, and a limit on repeated n-grams. It must
    replace the model's own config, from which ``generate`` takes every value that is not passed.
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


def end_tokens(config: GenerationConfig) -> frozenset[int]:
    """Return the tokens that end a text."""
    ends = config.eos_token_id
    return frozenset(ends if isinstance(ends, list) else [] if ends is None else [ends])
