"""Batches of a writer's training: tokens of prompts and targets, grouped by common prefix, and their loss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import torch
from torch import Tensor

from training.precision import mixed_precision


@dataclass(frozen=True, slots=True)
class Item:
    """The tokens of an example. The target begins at ``start``."""

    ids: tuple[int, ...]
    start: int


def batches(items: Sequence[Item], random: Random, budget: int) -> Iterator[list[Item]]:
    """Yield batches of at most ``budget`` tokens, of items with the same prefix and of similar length.

    Padding counts as tokens. The common prefix of a batch counts once.
    """
    order = random.sample(range(len(items)), len(items))
    for begin in range(0, len(order), 1000):
        group: list[list[Item]] = []
        batch: list[Item] = []
        for item in sorted((items[i] for i in order[begin : begin + 1000]), key=_prefix_and_length):
            more = [*batch, item]
            if batch and max(len(one.ids) for one in more) * len(more) - _common_prefix(more) * len(batch) > budget:
                group.append(batch)
                more = [item]
            batch = more
        random.shuffle(group := [*group, batch])
        yield from group


def _prefix_and_length(item: Item) -> tuple[tuple[int, ...], int]:
    return item.ids[: item.start // 2], len(item.ids)


def _common_prefix(batch: Sequence[Item]) -> int:
    """Return the length of the common prefix of all prompts in ``batch``, without any prompt's last token."""
    least, most = min(item.ids for item in batch), max(item.ids for item in batch)
    bound = min(item.start for item in batch) - 1
    return next((i for i in range(bound) if least[i] != most[i]), bound)


def loss_of(model: Any, batch: Sequence[Item], device: torch.device) -> Tensor:
    """Return the mean loss of the targets' tokens under ``model``, a causal language model of transformers.

    The common prefix is processed once, and logits are computed only for the targets: a third of the work.
    """
    common = _common_prefix(batch)
    width = max(len(item.ids) for item in batch)
    ids = torch.zeros((len(batch), width), dtype=torch.long)
    mask = torch.zeros_like(ids)
    targets = torch.full_like(ids, -100)
    for row, item in enumerate(batch):
        length = len(item.ids)
        ids[row, :length] = torch.tensor(item.ids)
        mask[row, :length] = 1
        targets[row, item.start - 1 : length - 1] = torch.tensor(item.ids[item.start :])
    with mixed_precision(device):
        past = None
        if common:
            past = model.model(input_ids=ids[:1, :common].to(device), use_cache=True).past_key_values
            past.batch_repeat_interleave(len(batch))
        hidden = model.model(
            input_ids=ids[:, common:].to(device), attention_mask=mask.to(device), past_key_values=past, use_cache=True
        ).last_hidden_state
        targets = targets[:, common:].to(device)
        logits = model.lm_head(hidden[targets >= 0])
    return torch.nn.functional.cross_entropy(logits.float(), targets[targets >= 0])
