"""Measure the time of an article by its length, and the throughput by the number of clients.

    python -m benchmarks.growth ARTICLES.jsonl [SECONDS]

ARTICLES has objects with ``text``; long articles are several of them joined. Each number of clients sends requests for
SECONDS. A refused request is repeated after the time that the service names. The weights must be in the cache already.
"""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from benchmarks.instance import Instance

_WORDS = (300, 1_000, 3_000, 10_000, 30_000, 95_000)
_CLIENTS = (16, 64, 256)


def by_length(instance: Instance, texts: Sequence[str]) -> None:
    """Print for each length the seconds, and the seconds for a thousand words."""
    for words in _WORDS:
        parts, count = [], 0
        for text in itertools.cycle(texts):
            parts.append(text)
            count += len(text.split())
            if count >= words:
                break
        long = "\n\n".join(parts)
        started = time.perf_counter()
        answer = instance.client.post("/v1/briefings", json={"text": long, "title": f"Of {words} words"})
        took, briefing = time.perf_counter() - started, answer.json()
        assert answer.status_code == 200, answer.text
        count = briefing["article"]["words"]
        print(
            f"{count:7} words  {took:6.1f} s  {1000 * took / count:.2f} s a thousand  {briefing['timing_ms']}",
            flush=True,
        )


def by_clients(instance: Instance, texts: Sequence[str], seconds: float) -> None:
    """Print for each number of clients the articles a minute, and the counts of status codes."""
    numbers = itertools.count()
    for clients in _CLIENTS:
        deadline = time.monotonic() + seconds
        answers: Counter[int] = Counter()

        def run(client: httpx2.Client, deadline: float = deadline, answers: Counter[int] = answers) -> None:
            text = ""
            while time.monotonic() < deadline:
                if not text:
                    number = next(numbers)
                    text = f"{texts[number % len(texts)]}\n\nThis is number {number}."
                try:
                    answer = client.post("/v1/briefings", json={"text": text})
                except httpx2.HTTPError:
                    answers[0] += 1
                    continue
                answers[answer.status_code] += 1
                if answer.status_code == 200:
                    text = ""
                else:
                    time.sleep(min(float(answer.headers["Retry-After"]), max(0.0, deadline - time.monotonic())))

        started = time.monotonic()
        unbounded = httpx2.Limits(max_connections=None)
        client = httpx2.Client(base_url=instance.client.base_url, timeout=600, limits=unbounded)
        with client, ThreadPoolExecutor(clients) as pool:
            for _ in range(clients):
                pool.submit(run, client)
        print(f"{clients:4} clients  {60 * answers[200] / (time.monotonic() - started):5.1f} a minute  {dict(answers)}")


def main() -> None:
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    with tempfile.TemporaryDirectory() as folder:
        instance = Instance(Path(folder), request_timeout="3600")
        instance.start()
        by_length(instance, texts)
        by_clients(instance, texts, seconds)
        instance.stop()


if __name__ == "__main__":
    main()
