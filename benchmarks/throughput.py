"""Compare the throughput and latency of Standfirst with those of alternatives.

    python -m benchmarks.throughput ARTICLES.jsonl [--count 200] [--clients 16] [--runs 5]
        [--llama FILE.gguf [--llama-python PYTHON]]

ARTICLES has objects with ``title`` and ``text``. Each system runs in its own process, one after the other, in each run
started twice: the second start is measured. The table has the medians. The weights must be in the cache already
(``standfirst models pull``). Compare figures within one run only.
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

from benchmarks.competitors import TOKENS, summary_prompt
from benchmarks.instance import SERVE
from standfirst.application.weights import ensure_model
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve

_SAMPLE = json.loads((Path(__file__).parents[1] / "service/standfirst/sample.json").read_text())
Article = dict[str, Any]
Send = Callable[[httpx2.Client, Article], None]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one system in one run, in seconds, articles a minute and gigabytes; NaN where it has none."""

    ready: float = float("nan")
    first_sentence: float = float("nan")
    article: float = float("nan")
    cached: float = float("nan")
    a_minute: float = float("nan")
    peak: float = float("nan")


@contextmanager
def running(command: Sequence[str], **environment: str) -> Iterator[tuple[subprocess.Popen[str], list[float]]]:
    """Run a process. Gives it and a list whose last number is the peak memory, with children, in bytes."""
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    peak, stopped = [0.0], threading.Event()

    def watch() -> None:
        root = psutil.Process(process.pid)
        while not stopped.wait(1):  # more often slows the start
            try:
                processes = [root, *root.children(recursive=True)]
                # The proportional set size counts shared memory once.
                peak.append(max(peak[-1], sum(each.memory_full_info().pss for each in processes)))
            except psutil.Error:
                continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield process, peak
    finally:
        stopped.set()
        watcher.join()
        process.terminate()
        process.communicate()


def seconds(work: Callable[[], None]) -> float:
    """Return the duration of ``work``."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(client: httpx2.Client, send: Send, articles: Sequence[Article], clients: int) -> tuple[float, float]:
    """Return the seconds of the sample article alone, and the articles a minute with ``clients`` threads."""
    send(client, articles[-1])  # the first article takes longer, because of lazy initialization
    single = seconds(lambda: send(client, _SAMPLE))
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda article: send(client, article), articles[:-1]))
    return single, 60 * (len(articles) - 1) / (time.perf_counter() - started)


def ours(runtime: str, articles: Sequence[Article], clients: int) -> Figures:
    """Measure Standfirst with ``runtime``."""

    def send(client: httpx2.Client, article: Article) -> None:
        answer = client.post("/v1/briefings", json={"title": article["title"], "text": article["text"]})
        assert answer.status_code == 200, answer.text

    started = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        running(
            SERVE,
            STANDFIRST_PORT="0",
            STANDFIRST_OFFLINE="1",
            STANDFIRST_RUNTIME=runtime,
            STANDFIRST_DATA_DIR=folder,
            STANDFIRST_QUEUE_SIZE=str(4 * clients),
        ) as (process, peak),
    ):
        assert process.stdout is not None
        match = re.search(r"http://\S+?:\d+", process.stdout.readline())
        assert match, "the service did not start"
        ready = time.perf_counter() - started
        with httpx2.Client(base_url=match.group(), timeout=3600) as client:
            article, a_minute = measure(client, send, articles, clients)
            first = first_sentence(client)
            cached = statistics.median(seconds(lambda: send(client, _SAMPLE)) for _ in range(20))
            return Figures(ready, first, article, cached, a_minute, peak[-1] / 1e9)


def first_sentence(client: httpx2.Client) -> float:
    """Return the seconds until the first sentence of the sample's briefing, after the headline."""
    started = time.perf_counter()
    request = {**_SAMPLE, "max_words": 119}  # not the cached briefing
    with client.stream("POST", "/v1/briefings", json=request, headers={"Accept": "text/event-stream"}) as answer:
        for line in answer.iter_lines():
            if line.startswith("data:") and '"place"' in line and '"headline"' not in line:
                return time.perf_counter() - started
    return float("nan")


def tutorial(folder: Path, articles: Sequence[Article], clients: int) -> Figures:
    """Measure ``benchmarks.competitors.tutorial``."""

    def send(client: httpx2.Client, article: Article) -> None:
        client.post("/summarize", json={"text": article["text"]}).raise_for_status()

    return serve([sys.executable, "-m", "benchmarks.competitors.tutorial", str(folder)], send, articles, clients)


def llama_cpp(python: str, gguf: str, articles: Sequence[Article], clients: int) -> Figures:
    """Measure ``benchmarks.competitors.llama_cpp_server``."""

    def send(client: httpx2.Client, article: Article) -> None:
        messages = [{"role": "user", "content": summary_prompt(article["text"])}]
        client.post(
            "/v1/chat/completions", json={"messages": messages, "max_tokens": TOKENS, "temperature": 0}
        ).raise_for_status()

    return serve([python, "-m", "benchmarks.competitors.llama_cpp_server", gguf], send, articles, clients)


def serve(command: Sequence[str], send: Send, articles: Sequence[Article], clients: int) -> Figures:
    """Measure a server that takes its port as its last argument, and is ready when it listens."""
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
            article, a_minute = measure(client, send, articles, clients)
        return Figures(ready, article, article, article, a_minute, peak[-1] / 1e9)


def openvino_alone(folder: Path, path: Path, count: int) -> Figures:
    """Measure ``benchmarks.competitors.openvino_alone``."""
    command = [sys.executable, "-m", "benchmarks.competitors.openvino_alone", str(folder), str(path), str(count)]
    started = time.perf_counter()
    with running(command) as (process, peak):
        assert process.stdout is not None
        assert process.stdout.readline()
        ready = time.perf_counter() - started
        return Figures(ready=ready, a_minute=60 * count / float(process.stdout.readline()), peak=peak[-1] / 1e9)


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare throughput and latency with alternatives.")
    parser.add_argument("articles", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--llama", help="the same model as a GGUF, for llama.cpp")
    parser.add_argument("--llama-python", default=sys.executable, help="the Python that has llama-cpp-python")
    arguments = parser.parse_args()
    lines = arguments.articles.read_text(encoding="utf-8").splitlines()[: arguments.count + 1]
    articles = [json.loads(line) for line in lines]
    settings = Settings(runtime="openvino", offline=True)
    cache = ModelCache(settings.models_dir, offline=True)
    writer = resolve(settings.writer, "writer")
    plain, built = cache.ensure(writer).folder, ensure_model(writer, settings, cache)[0].folder
    systems: dict[str, Callable[[Sequence[Article]], Figures]] = {
        "Standfirst, OpenVINO": lambda some: ours("openvino", some, arguments.clients),
        "Standfirst, torch": lambda some: ours("torch", some, arguments.clients),
        "FastAPI and generate": lambda some: tutorial(plain, some, arguments.clients),
        "OpenVINO GenAI alone": lambda some: openvino_alone(built, arguments.articles, len(some) - 1),
    }
    if arguments.llama:
        systems["llama.cpp's server"] = lambda some: llama_cpp(
            arguments.llama_python, arguments.llama, some, arguments.clients
        )
    results: dict[str, list[Figures]] = {name: [] for name in systems}
    for run in range(arguments.runs):
        for name, measure in systems.items():
            measure(articles[:2])  # reads the files: the start that is measured does not wait for the disk
            results[name].append(measure(articles))
            print(f"run {run + 1}, {name}: {results[name][-1]}", file=sys.stderr)
    print(f"| {arguments.runs} runs, {len(articles) - 1} articles, {arguments.clients} clients |", end="")
    print("".join(f" {field.name.replace('_', ' ')} |" for field in fields(Figures)))
    print("|---" * (len(fields(Figures)) + 1) + "|")
    for name, runs in results.items():
        medians = [statistics.median(column) for column in zip(*map(astuple, runs), strict=True)]
        print(f"| {name} |" + "".join(f" {median:.3g} |" for median in medians))


if __name__ == "__main__":
    main()
