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
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from training.device.train import Average, Log
from training.writer_batches import Item, batches, loss_of

#: The linear layers of a decoder whose change is learned.
_LINEAR = frozenset({"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"})
#: The examples that are held out, and how many of them are judged at once.
_HELD_OUT, _JUDGED = 500, 50
#: Steps between two lines of the log, and the most bytes of a file that is written.
_LOGGED, _PIECE = 20, 16_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast a writer is trained; ``budget`` is a batch's tokens with padding."""

    minutes: float
    budget: int
    rate: float
    warm_up: int
    reports: int
    steps: int | None


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


def _endless(items: Sequence[Item], budget: int) -> Iterator[list[Item]]:
    epoch = 0
    while True:
        yield from batches(items, Random(epoch), budget)
        epoch += 1


def train(
    model: Any, learned: Mapping[str, nn.Parameter], items: Sequence[Item], plan: Plan, out: Path, log: Log
) -> None:
    """Train for the plan's time; report on the running average and write it now and then, and at the end."""
    device = next(iter(learned.values())).device
    held_out, items = items[: min(_HELD_OUT, len(items) // 10 + 1)], items[min(_HELD_OUT, len(items) // 10 + 1) :]
    optimizer = torch.optim.AdamW(learned.values(), lr=plan.rate, weight_decay=0.0)
    average = Average(list(learned.values()))

    def report(number: int) -> None:
        with average.applied():
            log(report=number, held_out=round(held_out_loss(model, held_out, device), 4))
            write_adapter(learned, out / f"average-{number}.safetensors")

    log(examples=len(items), held_out=round(held_out_loss(model, held_out, device), 4))
    started = time.monotonic()
    losses: list[Tensor] = []
    reported = tokens = 0
    for step, batch in enumerate(_endless(items, plan.budget)):
        spent = (time.monotonic() - started) / 60 / plan.minutes
        if spent >= 1 or step == plan.steps:
            break
        for group in optimizer.param_groups:
            group["lr"] = plan.rate * min(1.0, (step + 1) / plan.warm_up) * 0.5 * (1 + math.cos(math.pi * spent))
        loss = loss_of(model, batch, device)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(learned.values(), 1.0)
        optimizer.step()
        average.update()
        losses.append(loss.detach())
        tokens += sum(len(item.ids) for item in batch)
        if len(losses) == _LOGGED:
            log(step=step + 1, loss=round(torch.stack(losses).mean().item(), 4), tokens=tokens)
            losses.clear()
        if spent > (reported + 1) / (plan.reports + 1):
            reported += 1
            report(reported)
    report(plan.reports + 1)


def main() -> None:
    """Read the examples and the base, train, and write the adapters."""
    parser = argparse.ArgumentParser(description="Train a writer.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="an adapter of the same rank to continue from")
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--steps", type=int, help="stop after so many")
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--budget", type=int, default=32_768, help="tokens of a batch, with padding")
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--reports", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    log = Log(options.out / "log.jsonl")
    torch.manual_seed(0)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
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
    log(device=str(device), arguments={key: str(value) for key, value in vars(options).items()})
    plan = Plan(options.minutes, options.budget, options.rate, 50, options.reports, options.steps)
    train(model, learned, items, plan, options.out, log)


if __name__ == "__main__":
    main()
