"""A training run on an accelerator that ends where it was told to: its plan, its log, its steps and their average."""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

Batch = TypeVar("Batch")

#: How much of the running average stays at each step (Polyak averaging): it spans some 500 steps.
_KEPT = 0.998


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast a model is trained; ``budget`` is a batch's tokens with padding."""

    minutes: float
    budget: int
    rate: float
    warm_up: int
    reports: int
    steps: int | None

    @classmethod
    def of(cls, options: argparse.Namespace, warm_up: int) -> Plan:
        """Return the plan that the options of a program state (see ``add_options``)."""
        return cls(options.minutes, options.budget, options.rate, warm_up, options.reports, options.steps)

    def schedule(self, batches: Iterable[Batch], report: Callable[[int], None]) -> Iterator[tuple[int, float, Batch]]:
        """Yield the number of each step, from 0, the share of the full rate at which it learns, and its batch.

        The rate warms up and then falls with the time that is spent. ``report`` is called with 1, 2 and so on behind
        the steps at which a report is due.
        """
        started, reported = time.monotonic(), 0
        for step, batch in enumerate(batches):
            spent = (time.monotonic() - started) / 60 / self.minutes
            if spent >= 1 or step == self.steps:
                return
            yield step, min(1.0, (step + 1) / self.warm_up) * 0.5 * (1 + math.cos(math.pi * spent)), batch
            if spent > (reported + 1) / (self.reports + 1):
                reported += 1
                report(reported)


def add_options(parser: argparse.ArgumentParser, *, budget: int, rate: float, rank: int, reports: int) -> None:
    """Add the options of every run, with these defaults."""
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--steps", type=int, help="stop after so many")
    parser.add_argument("--rank", type=int, default=rank)
    parser.add_argument("--budget", type=int, default=budget, help="tokens of a batch, with padding")
    parser.add_argument("--rate", type=float, default=rate)
    parser.add_argument("--reports", type=int, default=reports)


def learn(optimizer: torch.optim.Optimizer, share: float, loss: Tensor) -> float:
    """Make a step against the gradient of ``loss`` at ``share`` of the full rates; return the gradient's norm.

    Each group of the optimizer has its full rate as ``rate``.
    """
    for group in optimizer.param_groups:
        group["lr"] = group["rate"] * share
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    optimizer.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    norm = nn.utils.clip_grad_norm_(parameters, 1.0)
    # A gradient that is no number is not followed.
    for parameter in parameters:
        if parameter.grad is not None:
            torch.nan_to_num_(parameter.grad, 0.0, 0.0, 0.0)
    optimizer.step()
    return float(norm)


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


def begin(options: argparse.Namespace) -> tuple[Log, torch.device, torch.dtype]:
    """Return the log of a run in ``options.out``, its device and the precision of the base; seed torch."""
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    is_gpu = torch.cuda.is_available()
    log = Log(options.out / "log.jsonl")
    device = torch.device("cuda" if is_gpu else "cpu")
    log(device=str(device), arguments={key: str(value) for key, value in vars(options).items()})
    return log, device, torch.bfloat16 if is_gpu else torch.float32
