"""Measure the torch runtime on a GPU: the writer's throughput and memory by batch, and parity with the CPU.

    python -m benchmarks.device ARTICLES.jsonl [--count 20] [--device cpu]

ARTICLES has objects with ``title`` and ``text``. The briefings are made twice, once by a process that sees no GPU.
Their prompts are then written in batches of growing size, up to the largest that the device allows. Without a GPU the
program ends with a message; ``--device cpu`` measures the CPU against itself, which shows that it works. The weights
must be in the cache already. For the whole service on a GPU run ``benchmarks.growth``.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psutil
import torch

from benchmarks.parity import Outputs, compare, make, read_articles
from standfirst.domain.article import Article
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve
from standfirst_models.protocols.writer import Prompt, Writer
from standfirst_models.runtimes.loading import load_writer

_ROWS = (1, 4, 8, 16, 32, 64, 128, 256)
_ROUNDS = 3


def outputs_of(device: str, articles: Sequence[Article]) -> Outputs:
    """Return the outputs of a new process on ``device``, which releases its memory at its end."""
    processes = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, processes, initializer=_hide_gpus if device == "cpu" else None) as pool:
        return pool.submit(_make, articles).result()


def _hide_gpus() -> None:
    os.environ["CUDA_VISIBLE_DEVICES"] = ""


def _make(articles: Sequence[Article]) -> Outputs:
    return asyncio.run(make("torch", articles))


def by_rows(writer: Writer, prompts: Sequence[Prompt], device: str) -> None:
    """Print the drafts a second and the memory for each size of a batch that the device allows."""
    print(f"| rows of a batch, {device} | drafts a second | memory, GB |\n|---|---|---|")
    for rows in [rows for rows in _ROWS if rows <= writer.batch_budget.rows]:
        batches = [list(itertools.islice(itertools.cycle(prompts), k * rows, (k + 1) * rows)) for k in range(_ROUNDS)]
        writer.write(batches[0], lambda _: False, lambda *_: None)
        started = time.perf_counter()
        for batch in batches:
            writer.write(batch, lambda _: False, lambda *_: None)
        print(f"| {rows} | {_ROUNDS * rows / (time.perf_counter() - started):.1f} | {memory_gb(device):.2f} |")


def memory_gb(device: str) -> float:
    """Return what all processes use of the GPU's memory, or what this process uses of the machine's."""
    if device == "cpu":
        return float(psutil.Process().memory_info().rss / 1e9)
    free, total = torch.cuda.mem_get_info()
    return (total - free) / 1e9


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the torch runtime on a GPU.")
    parser.add_argument("articles", type=Path)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    arguments = parser.parse_args()
    if arguments.device == "cuda" and not torch.cuda.is_available():
        sys.exit(f"torch {torch.__version__} finds no GPU here. --device cpu tries this program on the CPU.")
    articles = read_articles(arguments.articles, arguments.count)
    on_cpu, on_device = (outputs_of(device, articles) for device in ("cpu", arguments.device))
    compare(("cpu", arguments.device), on_cpu, on_device)
    if arguments.device == "cpu":
        _hide_gpus()
    settings = Settings(offline=True)
    cache = ModelCache(settings.models_dir, offline=True)
    writer = load_writer(cache.ensure(resolve(settings.writer, "writer")).folder)
    by_rows(writer, list(on_device.drafts), arguments.device)


if __name__ == "__main__":
    main()
