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
import time
from itertools import count
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save

from judgements.folds import HELD_OUT
from training.device.losses import loss_of
from training.device.measures import Judged, judge, table
from training.device.reader import Reader
from training.device.run import Average, Log, Plan, add_options, begin, learn
from training.device.store import Store

#: Held-out groups that are judged of each origin: during the run, and at its end.
_JUDGED, _JUDGED_AT_END = 250, 1500
#: Steps between two lines of the log, and the full rate of what is trained whole.
_LOGGED, _RATE_OF_HEADS = 50, 1e-3


def held_out(store: Store, most: int) -> NDArray[np.int64]:
    """Return up to ``most`` groups of each origin that are not trained on; a fold below 0 is for choosing alone."""
    outside = np.flatnonzero(store.folds < HELD_OUT)
    random = np.random.default_rng(1)
    found = [outside[store.origins[outside] == index] for index in range(len(store.names))]
    return np.sort(np.concatenate([random.permutation(of_one)[:most] for of_one in found]))


def write_adapter(reader: Reader, path: Path) -> None:
    """Write the adapter."""
    path.write_bytes(save(reader.adapter()))


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
        [{"params": changes, "rate": plan.rate}, {"params": heads, "rate": _RATE_OF_HEADS}],
        lr=plan.rate,
        betas=(0.9, 0.98),
        weight_decay=0.01,
        fused=torch.cuda.is_available(),
    )
    average = Average([*changes, *heads])
    random = np.random.default_rng(0)

    def report_average(number: int) -> None:
        with average.applied():
            report(reader, store, watched, 2 * plan.budget, log)
            write_adapter(reader, out / f"average-{number}.safetensors")

    started = time.monotonic()
    tokens = 0
    losses: list[torch.Tensor] = []
    reader.train()
    drawn = ((epoch, pairs) for epoch in count() for pairs in store.draw(learned, plan.budget, random))
    for step, share, (epoch, pairs) in plan.schedule(drawn, report_average):
        batch = store.batch(pairs)
        logits, each = reader(batch.ids, batch.mask, batch.claims)
        loss = loss_of(logits, each, batch)
        norm = learn(optimizer, share, loss)
        average.update()
        tokens += int(store.widths[pairs].sum())
        losses.append(loss.detach())
        if len(losses) == _LOGGED:
            mean = torch.stack(losses).mean().item()
            losses.clear()
            rate = int(tokens / (time.monotonic() - started))
            log(step=step + 1, epoch=epoch, loss=round(mean, 4), norm=round(norm, 3), tokens=tokens, rate=rate)
    return average


def main() -> None:
    """Read the examples and the base, train, and write the adapter."""
    parser = argparse.ArgumentParser(description="Train a reader of pairs.")
    add_options(parser, budget=49_152, rate=4e-4, rank=48, reports=2)
    parser.add_argument("--vocabulary", type=Path, help="the base's token for each token of DATA (.npy)")
    parser.add_argument("--levels", action="store_true", help="tell each token the longest run common to both sides")
    parser.add_argument("--blank", action="store_true", help="a base of random weights, to try a machine")
    options = parser.parse_args()
    log, device, half = begin(options)
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
    average = train(reader, store, Plan.of(options, warm_up=100), options.out, log)
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
