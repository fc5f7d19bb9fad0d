"""Throughput: articles a minute over HTTP, and one article alone, of Standfirst and of what people use instead.

    python -m benchmarks.throughput ARTICLES.jsonl [--count 200] [--clients 16] [--runs 5] [--llama FILE.gguf]

Articles are objects with ``title`` and ``text``. Every system runs in a process of its own, one after another, anew
in each run; the table has the medians. The weights must be in the cache already (``standfirst models pull``).
Figures are of this machine as it is then: compare them within one run of this program only.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import httpx2
import psutil

from benchmarks.competitors import TOKENS, asked
from standfirst.application.weights import ensure_model
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve

_SAMPLE = json.loads((Path(__file__).parents[1] / "service/standfirst/sample.json").read_text())
Article = dict[str, Any]
Ask = Callable[[httpx2.Client, Article], None]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one system did in one run: seconds, articles a minute, gigabytes; NaN where it does not have it."""

    ready: float = float("nan")
    first_sentence: float = float("nan")
    whole: float = float("nan")
    again: float = float("nan")
    a_minute: float = float("nan")
    peak: float = float("nan")


@contextmanager
def running(command: Sequence[str], **environment: str) -> Iterator[tuple[subprocess.Popen[str], list[float]]]:
    """A process, and a list whose last number is the most memory that it and its children have had, in bytes."""
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    peak, over = [0.0], threading.Event()

    def watch() -> None:
        whole = psutil.Process(process.pid)
        while not over.wait(0.2):
            try:
                family = [whole, *whole.children(recursive=True)]
                # What several of them share is counted once.
                peak.append(max(peak[-1], sum(one.memory_full_info().pss for one in family)))
            except psutil.Error:
                continue

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield process, peak
    finally:
        over.set()
        watching.join()
        process.terminate()
        process.communicate()


def seconds(work: Callable[[], None]) -> float:
    """How long ``work`` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measured(client: httpx2.Client, ask: Ask, articles: Sequence[Article], clients: int) -> tuple[float, float]:
    """The seconds of the sample article alone, and articles a minute of ``articles`` by so many clients."""
    ask(client, articles[-1])  # the first takes longer, by whatever is made when it is first wanted
    whole = seconds(lambda: ask(client, _SAMPLE))
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda article: ask(client, article), articles[:-1]))
    return whole, 60 * (len(articles) - 1) / (time.perf_counter() - started)


def ours(runtime: str, articles: Sequence[Article], clients: int) -> Figures:
    """Standfirst with the writer run by ``runtime``."""

    def ask(client: httpx2.Client, article: Article) -> None:
        answer = client.post("/v1/briefings", json={"title": article["title"], "text": article["text"]})
        assert answer.status_code == 200, answer.text

    command = [sys.executable, "-c", "from standfirst.cli import run; run()", "serve"]
    started = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        running(
            command,
            STANDFIRST_PORT="0",
            STANDFIRST_OFFLINE="1",
            STANDFIRST_RUNTIME=runtime,
            STANDFIRST_DATA_DIR=folder,
            STANDFIRST_QUEUE_SIZE=str(4 * clients),
        ) as (process, peak),
    ):
        assert process.stdout is not None
        found = re.search(r"http://\S+?:\d+", process.stdout.readline())
        assert found, "the service did not start"
        ready = time.perf_counter() - started
        with httpx2.Client(base_url=found.group(), timeout=3600) as client:
            whole, a_minute = measured(client, ask, articles, clients)
            first = first_sentence(client)
            again = statistics.median(seconds(lambda: ask(client, _SAMPLE)) for _ in range(20))
            return Figures(ready, first, whole, again, a_minute, peak[-1] / 1e9)


def first_sentence(client: httpx2.Client) -> float:
    """Seconds until the first sentence of a briefing of the sample that the writer was asked for."""
    started = time.perf_counter()
    given = {**_SAMPLE, "max_words": 119}  # another briefing than the one that is kept
    with client.stream("POST", "/v1/briefings", json=given, headers={"Accept": "text/event-stream"}) as answer:
        for line in answer.iter_lines():
            if line.startswith("data:") and '"place"' in line and '"headline"' not in line:
                return time.perf_counter() - started
    return float("nan")


def tutorial(folder: Path, articles: Sequence[Article], clients: int) -> Figures:
    """``benchmarks.competitors.tutorial``."""

    def ask(client: httpx2.Client, article: Article) -> None:
        client.post("/summarize", json={"text": article["text"]}).raise_for_status()

    return served([sys.executable, "-m", "benchmarks.competitors.tutorial", str(folder)], ask, articles, clients)


def llama_cpp(gguf: str, articles: Sequence[Article], clients: int) -> Figures:
    """``benchmarks.competitors.llama_cpp_server``."""

    def ask(client: httpx2.Client, article: Article) -> None:
        turns = [{"role": "user", "content": asked(article["text"])}]
        client.post(
            "/v1/chat/completions", json={"messages": turns, "max_tokens": TOKENS, "temperature": 0}
        ).raise_for_status()

    return served([sys.executable, "-m", "benchmarks.competitors.llama_cpp_server", gguf], ask, articles, clients)


def served(command: Sequence[str], ask: Ask, articles: Sequence[Article], clients: int) -> Figures:
    """A server that takes its port as its last argument, and is ready when it listens there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = time.perf_counter()
    with running([*command, str(port)]) as (process, peak):
        while process.poll() is None:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        ready = time.perf_counter() - started
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=3600) as client:
            whole, a_minute = measured(client, ask, articles, clients)
        return Figures(ready, whole, whole, whole, a_minute, peak[-1] / 1e9)


def openvino_alone(folder: Path, path: Path, count: int) -> Figures:
    """``benchmarks.competitors.openvino_alone``."""
    command = [sys.executable, "-m", "benchmarks.competitors.openvino_alone", str(folder), str(path), str(count)]
    started = time.perf_counter()
    with running(command) as (process, peak):
        assert process.stdout is not None
        assert process.stdout.readline()
        ready = time.perf_counter() - started
        return Figures(ready=ready, a_minute=60 * count / float(process.stdout.readline()), peak=peak[-1] / 1e9)


def main() -> None:
    parser = argparse.ArgumentParser(description="Articles a minute, beside what people use instead.")
    parser.add_argument("articles", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--llama", help="the same model as a GGUF, for llama.cpp")
    given = parser.parse_args()
    lines = given.articles.read_text(encoding="utf-8").splitlines()[: given.count + 1]
    articles = [json.loads(line) for line in lines]
    settings = Settings(runtime="openvino", offline=True)
    cache = ModelCache(settings.models_dir, offline=True)
    writer = resolve(settings.writer, "writer")
    plain, built = cache.ensure(writer).folder, ensure_model(writer, settings, cache)[0].folder
    systems: dict[str, Callable[[], Figures]] = {
        "Standfirst, OpenVINO": lambda: ours("openvino", articles, given.clients),
        "Standfirst, torch": lambda: ours("torch", articles, given.clients),
        "FastAPI and generate": lambda: tutorial(plain, articles, given.clients),
        "OpenVINO GenAI alone": lambda: openvino_alone(built, given.articles, len(articles) - 1),
    }
    if given.llama:
        systems["llama.cpp's server"] = lambda: llama_cpp(given.llama, articles, given.clients)
    results: dict[str, list[Figures]] = {name: [] for name in systems}
    for run in range(given.runs):
        for name, measure in systems.items():
            results[name].append(measure())
            print(f"run {run + 1}, {name}: {results[name][-1]}", file=sys.stderr)
    print(f"| {given.runs} runs, {len(articles) - 1} articles, {given.clients} clients |", end="")
    print("".join(f" {field.name.replace('_', ' ')} |" for field in fields(Figures)))
    print("|---" * (len(fields(Figures)) + 1) + "|")
    for name, runs in results.items():
        medians = [statistics.median(column) for column in zip(*map(astuple, runs), strict=True)]
        print(f"| {name} |" + "".join(f" {median:.3g} |" for median in medians))


if __name__ == "__main__":
    main()
