"""Train a writer on an accelerator (or, for a trial, on a CPU) for a given time.

    python -m training.device.train_writer OUT --data DATA.npz --base FOLDER --minutes 8 [--start ADAPTER]

DATA is what ``training.device.prepare_writer`` wrote; FOLDER has ``config.json`` and ``model.safetensors`` of a causal
language model; ADAPTER is one of the same rank to continue from. OUT gets the running average of the adapter at each
report and at the end, in pieces of at most 16 MB (``average-1.safetensors.001`` and so on; ``cat`` joins them), and the
log's lines as ``log.jsonl``. The rate warms up and then falls with the time that is spent, so a run ends where it was
told to. Needs torch, transformers, safetensors and numpy alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save
from torch import Tensor, nn
from transformers import AutoModelForCausalLM

from training.device.pieces import write_pieces
from training.device.reader import LowRank
from training.device.run import Average, Log, Plan, add_options, begin, learn
from training.writer_batches import Item, batches, loss_of

#: The linear layers of a decoder whose change is learned.
_LINEAR = frozenset({"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"})
#: The examples that are held out, and how many of them are judged at once.
_HELD_OUT, _JUDGED = 500, 50
#: Steps between two lines of the log, and the most bytes of a file that is written.
_LOGGED, _PIECE = 20, 16_000_000


def items_of(arrays: Mapping[str, NDArray[Any]]) -> list[Item]:
    """Return the examples of what ``prepare_writer`` wrote."""
    ends = np.cumsum(arrays["lengths"].astype(np.int64))
    starts = ends - arrays["lengths"]
    return [
        Item(tuple(arrays["ids"][start:end].tolist()), int(target))
        for start, end, target in zip(starts, ends, arrays["starts"], strict=True)
    ]


def with_changes(model: Any, rank: int) -> dict[str, nn.Parameter]:
    """Put a change of low rank beside the decoder's linear layers, and return what is learned, by its names."""
    model.requires_grad_(False)
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if name in _LINEAR:
                setattr(module, name, LowRank(child, rank))
    return {name: value for name, value in model.named_parameters() if value.requires_grad}


def _stored(name: str) -> str:
    """Return the name under which an adapter's file has the learned parameter ``name``."""
    layer, _, end = name.rpartition(".")
    return f"{layer}.weight#{end}"


def write_adapter(learned: Mapping[str, nn.Parameter], path: Path) -> None:
    """Write the adapter in pieces: ``NAME#up`` times ``NAME#down`` is the change of the parameter NAME."""
    adapter = {_stored(name): value.detach().half().cpu().contiguous() for name, value in learned.items()}
    write_pieces(save(adapter), path, _PIECE)


def held_out_loss(model: Any, items: Sequence[Item], device: torch.device) -> float:
    """Return the mean loss of batches of ``items``."""
    model.eval()
    with torch.inference_mode():
        losses = [loss_of(model, items[i : i + _JUDGED], device).item() for i in range(0, len(items), _JUDGED)]
    model.train()
    return float(np.mean(losses))


def train(
    model: Any, learned: Mapping[str, nn.Parameter], items: Sequence[Item], plan: Plan, out: Path, log: Log
) -> None:
    """Train for the plan's time; report on the running average and write it now and then, and at the end."""
    device = next(iter(learned.values())).device
    held_out, items = items[: min(_HELD_OUT, len(items) // 10 + 1)], items[min(_HELD_OUT, len(items) // 10 + 1) :]
    groups = [{"params": list(learned.values()), "rate": plan.rate}]
    optimizer = torch.optim.AdamW(groups, lr=plan.rate, weight_decay=0.0)
    average = Average(list(learned.values()))

    def report(number: int) -> None:
        with average.applied():
            log(report=number, held_out=round(held_out_loss(model, held_out, device), 4))
            write_adapter(learned, out / f"average-{number}.safetensors")

    log(examples=len(items), held_out=round(held_out_loss(model, held_out, device), 4))
    losses: list[Tensor] = []
    tokens = 0
    drawn = (batch for epoch in count() for batch in batches(items, Random(epoch), plan.budget))
    for step, share, batch in plan.schedule(drawn, report):
        loss = loss_of(model, batch, device)
        learn(optimizer, share, loss)
        average.update()
        losses.append(loss.detach())
        tokens += sum(len(item.ids) for item in batch)
        if len(losses) == _LOGGED:
            log(step=step + 1, loss=round(torch.stack(losses).mean().item(), 4), tokens=tokens)
            losses.clear()
    report(plan.reports + 1)


def main() -> None:
    """Read the examples and the base, train, and write the adapters."""
    parser = argparse.ArgumentParser(description="Train a writer.")
    add_options(parser, budget=32_768, rate=3e-4, rank=32, reports=1)
    parser.add_argument("--start", type=Path, help="an adapter of the same rank to continue from")
    options = parser.parse_args()
    log, device, dtype = begin(options)
    model: Any = AutoModelForCausalLM.from_pretrained(options.base, dtype=dtype, local_files_only=True)
    learned = with_changes(model, options.rank)
    if options.start is not None:
        adapter = load_file(options.start)
        for name, parameter in learned.items():
            parameter.data.copy_(adapter[_stored(name)])
    model.to(device).train()
    with np.load(options.data) as file:
        items = items_of({name: file[name] for name in file.files})
    Random(0).shuffle(items)
    train(model, learned, items, Plan.of(options, warm_up=50), options.out, log)


if __name__ == "__main__":
    main()
