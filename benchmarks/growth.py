"""Growth: what an article costs by its length, and how many are served by how many ask.

    python -m benchmarks.growth ARTICLES.jsonl [SECONDS]

Articles are objects with ``text``; the long ones are several of them, one after the other. Each number of callers asks
for so many seconds; one who is refused asks the same again when he was told to. The weights must be in the cache
already.
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

from benchmarks.instance import Service

_WORDS = (300, 1_000, 3_000, 10_000, 30_000, 95_000)
_CALLERS = (16, 64, 256)


def by_length(service: Service, texts: Sequence[str]) -> None:
    """A line for each length: seconds, and seconds for a thousand words."""
    for words in _WORDS:
        parts, count = [], 0
        for text in itertools.cycle(texts):
            parts.append(text)
            count += len(text.split())
            if count >= words:
                break
        long = "\n\n".join(parts)
        started = time.perf_counter()
        answer = service.client.post("/v1/briefings", json={"text": long, "title": f"Of {words} words"})
        took, read = time.perf_counter() - started, answer.json()
        assert answer.status_code == 200, answer.text
        many = read["article"]["words"]
        print(f"{many:7} words  {took:6.1f} s  {1000 * took / many:.2f} s a thousand  {read['timing_ms']}", flush=True)


def by_callers(service: Service, texts: Sequence[str], seconds: float) -> None:
    """A line for each number of callers: articles a minute, and what they were answered."""
    numbers = itertools.count()
    for callers in _CALLERS:
        until = time.monotonic() + seconds
        answers: Counter[int] = Counter()

        def ask(client: httpx2.Client, until: float = until, answers: Counter[int] = answers) -> None:
            text = ""
            while time.monotonic() < until:
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
                    time.sleep(min(float(answer.headers["Retry-After"]), max(0.0, until - time.monotonic())))

        started = time.monotonic()
        unbounded = httpx2.Limits(max_connections=None)
        client = httpx2.Client(base_url=service.client.base_url, timeout=600, limits=unbounded)
        with client, ThreadPoolExecutor(callers) as pool:
            for _ in range(callers):
                pool.submit(ask, client)
        print(f"{callers:4} callers  {60 * answers[200] / (time.monotonic() - started):5.1f} a minute  {dict(answers)}")


def main() -> None:
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder), request_timeout="3600")
        service.start()
        by_length(service, texts)
        by_callers(service, texts, seconds)
        service.end()


if __name__ == "__main__":
    main()
