"""Test the service under kills, overload, and mixed and hostile load.

    python -m benchmarks.chaos kills [TIMES]         kill -9 at random moments; every item ends once
    python -m benchmarks.chaos overload [SECONDS]    ten times as many requests as the service can serve
    python -m benchmarks.chaos load [MINUTES]        long, short, hostile, too large, slow, aborted requests, and jobs

Each prints its figures as JSON, and exits with 1 where something was lost, doubled or answered wrongly. The weights
must be in the cache already.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import random
import socket
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import httpx2

from benchmarks.instance import Instance
from benchmarks.job_results import wait_for_results

_SAMPLE = json.loads((Path(__file__).parents[1] / "service/standfirst/sample.json").read_text())["text"]


def article(number: int, paragraphs: int = 1) -> str:
    """Return an article that differs from those of other numbers."""
    text = _SAMPLE.replace("Harwick", f"Harwick{number}").replace("Old Mill", f"Old Mill {number}")
    return "\n\n".join(text.replace("council", f"council {part}") if part else text for part in range(paragraphs))


def kills(times: int) -> bool:
    """Kill the service ``times`` times during jobs, and return whether every item has exactly one result.

    ``interrupted`` counts the items that were in work at each kill. Between kills there is time for about one item, so
    that some items end and some do not. There are always items left.
    """
    with tempfile.TemporaryDirectory() as folder:
        instance = Instance(Path(folder))
        instance.start()
        jobs: dict[str, int] = {}
        rng = random.Random(0)
        started = time.monotonic()
        instance.client.post("/v1/briefings", json={"text": article(0), "points": 1}).raise_for_status()
        one_briefing = time.monotonic() - started
        for kill in range(times):
            if sum(_waiting(instance, job) for job in jobs) < 3:
                items = [{"text": article(100 * kill + index), "points": 1} for index in range(1, 4)]
                # Submitted twice with the same key, it is the same job.
                key = {"Idempotency-Key": f"job {kill}"}
                for _ in range(2):
                    job = instance.client.post("/v1/jobs", json={"items": items}, headers=key).json()
                    jobs[job["id"]] = len(items)
            time.sleep(rng.uniform(0, 2 * one_briefing))
            instance.kill()
            instance.start()
        results = wait_for_results(instance.client, jobs, 900)
        instance.stop()
        with contextlib.closing(sqlite3.connect(Path(folder) / "standfirst.sqlite3")) as database:
            [interrupted] = database.execute("SELECT sum(tries) - count(*) FROM items").fetchone()
            [[integrity]] = database.execute("PRAGMA integrity_check").fetchall()
    print(json.dumps({"kills": times, "interrupted": interrupted, "database": integrity, **results.as_dict()}))
    return results.are_complete and integrity == "ok"


def _waiting(instance: Instance, job: str) -> int:
    """Return the number of a job's items that wait."""
    waiting: int = instance.client.get(f"/v1/jobs/{job}").json()["counts"]["waiting"]
    return waiting


def overload(seconds: float, times: int = 10) -> bool:
    """Send ``times`` as many requests as the service can serve.

    Return whether each answer was 200, 429 or 503, and each refusal had Retry-After. The capacity is measured first,
    with as many clients as the queue has slots.
    """
    slots = 8
    with tempfile.TemporaryDirectory() as folder:
        instance = Instance(Path(folder), queue_size=str(slots))
        instance.start()
        numbers = itertools.count()
        statuses: Counter[str] = Counter()
        durations: list[float] = []
        without_retry = 0

        def call() -> int:
            nonlocal without_retry
            started = time.monotonic()
            try:
                with httpx2.Client(base_url=instance.client.base_url, timeout=600) as client:
                    answer = client.post("/v1/briefings", json={"text": article(next(numbers))})
            except httpx2.HTTPError as error:
                statuses[type(error).__name__] += 1
                return 0
            code = "" if answer.status_code == 200 else answer.json()["code"]
            statuses[f"{answer.status_code} {code}".strip()] += 1
            if answer.status_code == 200:
                durations.append(time.monotonic() - started)
            elif code != "timed_out":
                without_retry += "retry-after" not in answer.headers
            return answer.status_code

        def call_until(deadline: float) -> int:
            return sum(call() == 200 for _ in iter(lambda: time.monotonic() < deadline, False))

        with ThreadPoolExecutor(slots) as clients:
            started = time.monotonic()
            served = sum(clients.map(call_until, [started + seconds / 2] * slots))
            capacity = served / (time.monotonic() - started)
        statuses.clear()
        durations.clear()
        # In another process, because the clients' threads would distort the measurement.
        with ProcessPoolExecutor(1, get_context("spawn")) as monitor, ThreadPoolExecutor(1000) as clients:
            health = monitor.submit(_health_times, str(instance.client.base_url), seconds)
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                clients.submit(call)
                time.sleep(1 / (times * capacity))
        instance.stop()
    figures = {
        "capacity a second": round(capacity, 2),
        "asked a second": round(sum(statuses.values()) / seconds, 2),
        "answers": statuses,
        "without Retry-After": without_retry,
        "accepted_s": _summary(durations),
        "healthz_ms": _summary(health.result()),
    }
    print(json.dumps(figures))
    return {status[:3] for status in statuses} <= {"200", "429", "503"} and not without_retry


def _health_times(base_url: str, seconds: float) -> list[float]:
    """Request ``/healthz`` ten times a second, and return the durations in milliseconds."""
    durations: list[float] = []
    deadline = time.monotonic() + seconds
    with httpx2.Client(base_url=base_url, timeout=60) as client:
        while time.monotonic() < deadline:
            started = time.monotonic()
            client.get("/healthz")
            durations.append(1000 * (time.monotonic() - started))
            time.sleep(0.1)
    return durations


def load(minutes: float) -> bool:
    """Send requests of all kinds. Return whether none failed and memory grew by less than 5 % after the first third."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Instance(Path(folder))
        instance.start()
        deadline = time.monotonic() + 60 * minutes
        statuses: Counter[str] = Counter()
        memory: list[tuple[float, float]] = []

        def send_requests(seed: int) -> None:
            rng = random.Random(seed)
            with httpx2.Client(base_url=instance.client.base_url, timeout=600) as client:
                while time.monotonic() < deadline:
                    kind = rng.choice(sorted(_KINDS))
                    try:
                        statuses[f"{kind} {_KINDS[kind](client, rng)}"] += 1
                    except httpx2.HTTPError as error:
                        statuses[f"{kind} {type(error).__name__}"] += 1

        threads = [threading.Thread(target=send_requests, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        while time.monotonic() < deadline:
            memory.append((time.monotonic(), instance.memory_gb()))
            time.sleep(5)
        for thread in threads:
            thread.join()
        alive = instance.client.get("/healthz").status_code == 200
        instance.stop()
    warm = [gigabytes for at, gigabytes in memory if at > deadline - 40 * minutes]
    first, last = statistics.mean(warm[: len(warm) // 4]), statistics.mean(warm[-len(warm) // 4 :])
    figures = {"minutes": minutes, "answers": statuses, "memory_gb": [round(first, 3), round(last, 3)]}
    print(json.dumps(figures))
    answered = all(status.split()[1].isdecimal() and not status.endswith(" 500") for status in statuses)
    return alive and last < 1.05 * first and answered


def _short(client: httpx2.Client, rng: random.Random) -> int:
    return client.post("/v1/briefings", json={"text": article(rng.randrange(10**6))}).status_code


def _long(client: httpx2.Client, rng: random.Random) -> int:
    text = article(rng.randrange(10**6), paragraphs=rng.randrange(5, 20))
    return client.post("/v1/briefings", json={"text": text, "points": 5}).status_code


def _repeated(client: httpx2.Client, _: random.Random) -> int:
    return client.post("/v1/briefings", json={"text": article(0)}).status_code


def _malformed(client: httpx2.Client, rng: random.Random) -> int:
    bodies = [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"text": 1}',
        rng.randbytes(2000),
        b'{"text": "' + b"a" * 10**6 + b'"}',
    ]
    headers = {"Content-Type": "application/json"}
    return client.post("/v1/briefings", content=rng.choice(bodies), headers=headers).status_code


def _oversized(client: httpx2.Client, rng: random.Random) -> int:
    """Send a body that is refused by its size, and read the answer only then, as urllib does."""
    body = b" " * rng.randrange(4_000_000, 32_000_000)
    request = Request(f"{client.base_url}/v1/briefings", body, {"Content-Type": "application/json"})
    try:
        with urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.read()
        return error.code
    except OSError as error:
        raise httpx2.ReadError(str(error)) from error


def _hostile(client: httpx2.Client, rng: random.Random) -> int:
    page = "<div>" * rng.randrange(10, 20_000) + "<p>" + article(rng.randrange(10**6)) + "<script>alert(1)</script>"
    return client.post("/v1/briefings", json={"html": page}).status_code


def _forbidden(client: httpx2.Client, _: random.Random) -> int:
    return client.post("/v1/briefings", json={"url": "http://169.254.169.254/"}).status_code


def _aborted(client: httpx2.Client, rng: random.Random) -> int:
    with contextlib.suppress(httpx2.TimeoutException):
        client.post("/v1/briefings", json={"text": article(rng.randrange(10**6))}, timeout=rng.uniform(0.01, 1))
    return 0


def _streamed(client: httpx2.Client, rng: random.Random) -> int:
    request = {"text": article(rng.randrange(10**6))}
    with client.stream("POST", "/v1/briefings", json=request, headers={"Accept": "text/event-stream"}) as answer:
        for _ in answer.iter_bytes():
            if rng.random() < 0.2:
                break
        return answer.status_code


def _slow(client: httpx2.Client, _: random.Random) -> int:
    host, port = client.base_url.host, client.base_url.port or 80
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=2) as connection:
        connection.sendall(b"POST /v1/briefings HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{")
        time.sleep(1)
    return 0


def _job(client: httpx2.Client, rng: random.Random) -> int:
    items = [{"text": article(rng.randrange(10**6)), "points": 1} for _ in range(3)]
    return client.post("/v1/jobs", json={"items": items}).status_code


_KINDS: dict[str, Any] = {
    "short": _short,
    "long": _long,
    "repeated": _repeated,
    "malformed": _malformed,
    "oversized": _oversized,
    "hostile": _hostile,
    "forbidden": _forbidden,
    "aborted": _aborted,
    "streamed": _streamed,
    "slow": _slow,
    "job": _job,
}


def _summary(values: list[float]) -> dict[str, float]:
    ranked = sorted(values) or [float("nan")]
    figures = {"mean": statistics.mean(ranked), "p99": ranked[int(0.99 * len(ranked))], "max": ranked[-1]}
    return {name: round(value, 3) for name, value in figures.items()}


def main() -> None:
    """Run one of the tests."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(required=True)
    for run, default in ((kills, 50), (overload, 60), (load, 30)):
        kind = kinds.add_parser(run.__name__)
        kind.add_argument("amount", nargs="?", type=type(default), default=default)
        kind.set_defaults(run=run)
    arguments = parser.parse_args()
    sys.exit(0 if arguments.run(arguments.amount) else 1)


if __name__ == "__main__":
    main()
