"""The service under what an operator fears: kills while jobs run, too many callers, hours of mixed and hostile load.

    python -m benchmarks.chaos kills [TIMES]         kill -9 at random moments; every item ends once
    python -m benchmarks.chaos overload [SECONDS]    ten times as many requests as it can serve
    python -m benchmarks.chaos load [MINUTES]        long, short, hostile, slow and aborted requests, and jobs alongside

Each prints what it saw, as JSON, and exits with 1 where something was lost, doubled or answered wrongly. The weights
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

import httpx2

from benchmarks.accepted import ended
from benchmarks.instance import Service

_SAMPLE = json.loads((Path(__file__).parents[1] / "service/standfirst/sample.json").read_text())["text"]


def article(number: int, paragraphs: int = 1) -> str:
    """An article that no other is like."""
    told = _SAMPLE.replace("Harwick", f"Harwick{number}").replace("Old Mill", f"Old Mill {number}")
    return "\n\n".join(told.replace("council", f"council {part}") if part else told for part in range(paragraphs))


def kills(times: int) -> bool:
    """Kill it ``times`` times while it works on jobs; whether every item ended in exactly one result.

    ``interrupted`` counts the items that were being worked on at a kill, each time that they were. Between kills there
    is time for about one item, so that some end and some do not, and there are always some to be taken.
    """
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder))
        service.start()
        jobs: dict[str, int] = {}
        chance = random.Random(0)
        started = time.monotonic()
        service.client.post("/v1/briefings", json={"text": article(0), "points": 1}).raise_for_status()
        usual = time.monotonic() - started
        for time_ in range(times):
            if sum(_waiting(service, job) for job in jobs) < 3:
                items = [{"text": article(100 * time_ + index), "points": 1} for index in range(1, 4)]
                # Sent twice under the same key, it is the same job.
                key = {"Idempotency-Key": f"job {time_}"}
                for _ in range(2):
                    told = service.client.post("/v1/jobs", json={"items": items}, headers=key).json()
                    jobs[told["id"]] = len(items)
            time.sleep(chance.uniform(0, 2 * usual))
            service.kill()
            service.start()
        found = ended(service.client, jobs, 900)
        service.end()
        with contextlib.closing(sqlite3.connect(Path(folder) / "standfirst.sqlite3")) as database:
            [interrupted] = database.execute("SELECT sum(tries) - count(*) FROM items").fetchone()
            [[integrity]] = database.execute("PRAGMA integrity_check").fetchall()
    print(json.dumps({"kills": times, "interrupted": interrupted, "database": integrity, **found.told}))
    return found.well and integrity == "ok"


def _waiting(service: Service, job: str) -> int:
    """How many items of a job nobody has taken yet."""
    waiting: int = service.client.get(f"/v1/jobs/{job}").json()["counts"]["waiting"]
    return waiting


def overload(seconds: float, times: int = 10) -> bool:
    """``times`` as many requests as it can serve; whether each answer was 200, 429 or 503, and each refusal said when
    to come again.

    What it can serve is measured first, with as many callers as it lets wait.
    """
    places = 8
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder), queue_size=str(places))
        service.start()
        numbers = itertools.count()
        statuses: Counter[str] = Counter()
        took: list[float] = []
        without_retry = 0

        def call() -> int:
            nonlocal without_retry
            started = time.monotonic()
            try:
                with httpx2.Client(base_url=service.client.base_url, timeout=600) as client:
                    answer = client.post("/v1/briefings", json={"text": article(next(numbers))})
            except httpx2.HTTPError as error:
                statuses[type(error).__name__] += 1
                return 0
            code = "" if answer.status_code == 200 else answer.json()["code"]
            statuses[f"{answer.status_code} {code}".strip()] += 1
            if answer.status_code == 200:
                took.append(time.monotonic() - started)
            elif code != "timed_out":
                without_retry += "retry-after" not in answer.headers
            return answer.status_code

        def calls(until: float) -> int:
            return sum(call() == 200 for _ in iter(lambda: time.monotonic() < until, False))

        with ThreadPoolExecutor(places) as callers:
            started = time.monotonic()
            served = sum(callers.map(calls, [started + seconds / 2] * places))
            capacity = served / (time.monotonic() - started)
        statuses.clear()
        took.clear()
        # From a process of its own: the callers' threads would be measured with it.
        with ProcessPoolExecutor(1, get_context("spawn")) as watching, ThreadPoolExecutor(1000) as callers:
            health = watching.submit(_watched, str(service.client.base_url), seconds)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                callers.submit(call)
                time.sleep(1 / (times * capacity))
        service.end()
    told = {
        "capacity a second": round(capacity, 2),
        "asked a second": round(sum(statuses.values()) / seconds, 2),
        "answers": statuses,
        "without Retry-After": without_retry,
        "accepted_s": _spread(took),
        "healthz_ms": _spread(health.result()),
    }
    print(json.dumps(told))
    return {status[:3] for status in statuses} <= {"200", "429", "503"} and not without_retry


def _watched(base_url: str, seconds: float) -> list[float]:
    """The milliseconds that ``/healthz`` took, asked ten times a second."""
    took: list[float] = []
    until = time.monotonic() + seconds
    with httpx2.Client(base_url=base_url, timeout=60) as client:
        while time.monotonic() < until:
            started = time.monotonic()
            client.get("/healthz")
            took.append(1000 * (time.monotonic() - started))
            time.sleep(0.1)
    return took


def load(minutes: float) -> bool:
    """Requests of all kinds; whether no answer was a 500 and memory stayed within 5 % after the first third."""
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder))
        service.start()
        until = time.monotonic() + 60 * minutes
        statuses: Counter[str] = Counter()
        memory: list[tuple[float, float]] = []

        def calls(seed: int) -> None:
            chance = random.Random(seed)
            with httpx2.Client(base_url=service.client.base_url, timeout=600) as client:
                while time.monotonic() < until:
                    kind = chance.choice(sorted(_KINDS))
                    try:
                        statuses[f"{kind} {_KINDS[kind](client, chance)}"] += 1
                    except httpx2.HTTPError as error:
                        statuses[f"{kind} {type(error).__name__}"] += 1

        threads = [threading.Thread(target=calls, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        while time.monotonic() < until:
            memory.append((time.monotonic(), service.memory_gb()))
            time.sleep(5)
        for thread in threads:
            thread.join()
        alive = service.client.get("/healthz").status_code == 200
        service.end()
    warm = [held for at, held in memory if at > until - 40 * minutes]
    first, last = statistics.mean(warm[: len(warm) // 4]), statistics.mean(warm[-len(warm) // 4 :])
    told = {"minutes": minutes, "answers": statuses, "memory_gb": [round(first, 3), round(last, 3)]}
    print(json.dumps(told))
    answered = all(status.split()[1].isdecimal() and not status.endswith(" 500") for status in statuses)
    return alive and last < 1.05 * first and answered


def _short(client: httpx2.Client, chance: random.Random) -> int:
    return client.post("/v1/briefings", json={"text": article(chance.randrange(10**6))}).status_code


def _long(client: httpx2.Client, chance: random.Random) -> int:
    text = article(chance.randrange(10**6), paragraphs=chance.randrange(5, 20))
    return client.post("/v1/briefings", json={"text": text, "points": 5}).status_code


def _again(client: httpx2.Client, _: random.Random) -> int:
    return client.post("/v1/briefings", json={"text": article(0)}).status_code


def _rubbish(client: httpx2.Client, chance: random.Random) -> int:
    bodies = [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"text": 1}',
        chance.randbytes(2000),
        b'{"text": "' + b"a" * 10**6 + b'"}',
    ]
    headers = {"Content-Type": "application/json"}
    return client.post("/v1/briefings", content=chance.choice(bodies), headers=headers).status_code


def _hostile(client: httpx2.Client, chance: random.Random) -> int:
    page = (
        "<div>" * chance.randrange(10, 20_000) + "<p>" + article(chance.randrange(10**6)) + "<script>alert(1)</script>"
    )
    return client.post("/v1/briefings", json={"html": page}).status_code


def _forbidden(client: httpx2.Client, _: random.Random) -> int:
    return client.post("/v1/briefings", json={"url": "http://169.254.169.254/"}).status_code


def _aborted(client: httpx2.Client, chance: random.Random) -> int:
    with contextlib.suppress(httpx2.TimeoutException):
        client.post("/v1/briefings", json={"text": article(chance.randrange(10**6))}, timeout=chance.uniform(0.01, 1))
    return 0


def _streamed(client: httpx2.Client, chance: random.Random) -> int:
    request = {"text": article(chance.randrange(10**6))}
    with client.stream("POST", "/v1/briefings", json=request, headers={"Accept": "text/event-stream"}) as answer:
        for _ in answer.iter_bytes():
            if chance.random() < 0.2:
                break
        return answer.status_code


def _slow(client: httpx2.Client, _: random.Random) -> int:
    host, port = client.base_url.host, client.base_url.port or 80
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=2) as connection:
        connection.sendall(b"POST /v1/briefings HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{")
        time.sleep(1)
    return 0


def _job(client: httpx2.Client, chance: random.Random) -> int:
    items = [{"text": article(chance.randrange(10**6)), "points": 1} for _ in range(3)]
    return client.post("/v1/jobs", json={"items": items}).status_code


_KINDS: dict[str, Any] = {
    "short": _short,
    "long": _long,
    "again": _again,
    "rubbish": _rubbish,
    "hostile": _hostile,
    "forbidden": _forbidden,
    "aborted": _aborted,
    "streamed": _streamed,
    "slow": _slow,
    "job": _job,
}


def _spread(values: list[float]) -> dict[str, float]:
    ranked = sorted(values) or [float("nan")]
    of = {"mean": statistics.mean(ranked), "p99": ranked[int(0.99 * len(ranked))], "most": ranked[-1]}
    return {name: round(value, 3) for name, value in of.items()}


def main() -> None:
    """Run one of the three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(required=True)
    for run, usual in ((kills, 50), (overload, 60), (load, 30)):
        kind = kinds.add_parser(run.__name__)
        kind.add_argument("amount", nargs="?", type=type(usual), default=usual)
        kind.set_defaults(run=run)
    given = parser.parse_args()
    sys.exit(0 if given.run(given.amount) else 1)


if __name__ == "__main__":
    main()
