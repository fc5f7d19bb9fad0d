"""Train a reader of pairs on an accelerator (or, for a trial, on a CPU) for a given time.

    python -m training.device.train OUT --data DATA.npz --base FOLDER --minutes 8

DATA is what ``training.device.prepare`` wrote; FOLDER has ``config.json`` and ``model.safetensors`` of MPNet or BERT.
OUT gets the running average of the adapter at each report and at the end (``average-1.safetensors`` and so on), the
last adapter itself (``adapter.safetensors``), the log's lines as ``log.jsonl`` and the held-out logits of the average
as ``judged.npz``. A file of rank 48 has less than 16 MiB. The rate warms up and then falls with the time that is spent,
so a run ends where it was told to. Needs torch, transformers, safetensors and numpy alone.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save
from torch import nn

from judgements.folds import HELD_OUT
from training.device.losses import loss_of
from training.device.measures import Judged, judge, table
from training.device.reader import Reader
from training.device.store import Store

#: Held-out groups that are judged of each origin: during the run, and at its end.
_JUDGED, _JUDGED_AT_END = 250, 1500
#: How much of the running average stays at each step (Polyak averaging): it spans some 500 steps.
_KEPT = 0.998
#: Steps between two lines of the log.
_LOGGED = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast a reader is trained; ``budget`` is a batch's tokens with padding."""

    minutes: float
    budget: int
    rate: float
    rate_of_heads: float
    warm_up: int
    reports: int
    steps: int | None


def held_out(store: Store, most: int) -> NDArray[np.int64]:
    """Return up to ``most`` groups of each origin that are not trained on; a fold below 0 is for choosing alone."""
    outside = np.flatnonzero(store.folds < HELD_OUT)
    random = np.random.default_rng(1)
    found = [outside[store.origins[outside] == index] for index in range(len(store.names))]
    return np.sort(np.concatenate([random.permutation(of_one)[:most] for of_one in found]))


def write_adapter(reader: Reader, path: Path) -> None:
    """Write the adapter."""
    path.write_bytes(save(reader.adapter()))


class Average:
    """The running average of the trained parameters."""

    def __init__(self, parameters: Sequence[nn.Parameter]) -> None:
        self._parameters = parameters
        self._values = [parameter.detach().clone() for parameter in parameters]
        self._steps = 0

    @torch.no_grad()
    def update(self) -> None:
        """Take the parameters as they are after a step. The first steps weigh less than later ones."""
        self._steps += 1
        kept = min(_KEPT, self._steps / (self._steps + 10))
        torch._foreach_lerp_(self._values, [parameter.detach() for parameter in self._parameters], 1 - kept)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Put the average in the place of the parameters while the context lasts."""
        own = [parameter.detach().clone() for parameter in self._parameters]
        try:
            for parameter, value in zip(self._parameters, self._values, strict=True):
                parameter.data.copy_(value)
            yield
        finally:
            for parameter, value in zip(self._parameters, own, strict=True):
                parameter.data.copy_(value)


class Log:
    """Prints lines and keeps them in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._started = time.monotonic()

    def __call__(self, **values: object) -> None:
        """Write one line."""
        line = json.dumps({"seconds": round(time.monotonic() - self._started, 1), **values})
        print(line, flush=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def report(reader: Reader, store: Store, groups: NDArray[np.int64], budget: int, log: Log) -> Judged:
    """Judge ``groups`` and log the measures."""
    judged = judge(reader, store, groups, budget)
    for name, measures in table(store, judged):
        log(origin=name, **{key: round(value, 4) for key, value in measures.items()})
    return judged


def train(reader: Reader, store: Store, plan: Plan, out: Path, log: Log) -> Average:
    """Train for the plan's time; report on the average and write it now and then. Return the average at the end."""
    learned = np.flatnonzero(store.folds >= HELD_OUT)
    watched = held_out(store, _JUDGED)
    log(groups=len(learned), pairs=int(store.sizes[learned].sum()), watched=len(watched))
    changes = [parameter for name, parameter in reader.named_parameters() if name.endswith((".up", ".down"))]
    kept = {id(parameter) for parameter in changes}
    heads = [p for p in reader.parameters() if p.requires_grad and id(p) not in kept]
    optimizer = torch.optim.AdamW(
        [{"params": changes, "rate": plan.rate}, {"params": heads, "rate": plan.rate_of_heads}],
        lr=plan.rate,
        betas=(0.9, 0.98),
        weight_decay=0.01,
        fused=torch.cuda.is_available(),
    )
    average = Average([*changes, *heads])
    random = np.random.default_rng(0)
    started = time.monotonic()
    step, tokens, reported, epoch = 0, 0, 0, 0
    losses: list[torch.Tensor] = []
    reader.train()
    while True:
        for pairs in store.draw(learned, plan.budget, random):
            spent = (time.monotonic() - started) / 60 / plan.minutes
            if spent >= 1 or step == plan.steps:
                return average
            for group in optimizer.param_groups:
                warm = min(1.0, (step + 1) / plan.warm_up)
                group["lr"] = group["rate"] * warm * 0.5 * (1 + math.cos(math.pi * spent))
            batch = store.batch(pairs)
            logits, each = reader(batch.ids, batch.mask, batch.claims)
            loss = loss_of(logits, each, batch)
            optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            norm = nn.utils.clip_grad_norm_([*changes, *heads], 1.0)
            # A gradient that is no number is not followed.
            for parameter in (*changes, *heads):
                if parameter.grad is not None:
                    torch.nan_to_num_(parameter.grad, 0.0, 0.0, 0.0)
            optimizer.step()
            average.update()
            step += 1
            tokens += int(store.widths[pairs].sum())
            losses.append(loss.detach())
            if step % _LOGGED == 0:
                mean = torch.stack(losses).mean().item()
                losses.clear()
                rate = tokens / (time.monotonic() - started)
                log(
                    step=step,
                    epoch=epoch,
                    loss=round(mean, 4),
                    norm=round(float(norm), 3),
                    tokens=tokens,
                    rate=int(rate),
                )
            if spent > (reported + 1) / (plan.reports + 1):
                reported += 1
                with average.applied():
                    report(reader, store, watched, 2 * plan.budget, log)
                    write_adapter(reader, out / f"average-{reported}.safetensors")
        epoch += 1


def main() -> None:
    """Read the examples and the base, train, and write the adapter."""
    parser = argparse.ArgumentParser(description="Train a reader of pairs.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--vocabulary", type=Path, help="the base's token for each token of DATA (.npy)")
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--steps", type=int, help="stop after so many")
    parser.add_argument("--rank", type=int, default=48)
    parser.add_argument("--levels", action="store_true", help="tell each token the longest run common to both sides")
    parser.add_argument("--budget", type=int, default=49_152, help="tokens of a batch, with padding")
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--reports", type=int, default=2)
    parser.add_argument("--blank", action="store_true", help="a base of random weights, to try a machine")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    log = Log(options.out / "log.jsonl")
    torch.manual_seed(0)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    half = torch.bfloat16 if device.type == "cuda" else torch.float32
    reader = Reader(json.loads((options.base / "config.json").read_text()), options.rank, options.levels)
    weights = {} if options.blank else load_file(options.base / "model.safetensors")
    reader.load_base(weights, half)
    reader.to(device)
    with np.load(options.data) as file:
        arrays = {name: file[name] for name in file.files}
    if options.vocabulary is not None:
        same = np.load(options.vocabulary)
        arrays |= {name: same[arrays[name]] for name in ("evidence", "claims")}
    store = Store(arrays, reader.layout, device)
    log(device=str(device), arguments={key: str(value) for key, value in vars(options).items()})
    plan = Plan(options.minutes, options.budget, options.rate, 1e-3, 100, options.reports, options.steps)
    average = train(reader, store, plan, options.out, log)
    write_adapter(reader, options.out / "adapter.safetensors")
    report(reader, store, held_out(store, _JUDGED), 2 * options.budget, log)
    with average.applied():
        write_adapter(reader, options.out / f"average-{options.reports + 1}.safetensors")
        judged = report(reader, store, held_out(store, _JUDGED_AT_END), 2 * options.budget, log)
    np.savez_compressed(options.out / "judged.npz", pairs=judged.pairs, claims=judged.claims, tokens=judged.tokens)
    if device.type == "cuda":
        log(memory=torch.cuda.max_memory_allocated() >> 20)


if __name__ == "__main__":
    main()
