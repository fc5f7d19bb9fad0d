"""Test replicas on one machine, with one PostgreSQL and a load balancer.

    python -m benchmarks.replicas same ARTICLES.jsonl [COUNT]         one, two and four make the same briefings
    python -m benchmarks.replicas throughput ARTICLES.jsonl [COUNT]   articles a minute of one, two and four
    python -m benchmarks.replicas kill ARTICLES.jsonl [TIMES]         replicas are killed under load
    python -m benchmarks.replicas roll ARTICLES.jsonl [TIMES]         replicas are stopped and restarted under load
    python -m benchmarks.replicas database ARTICLES.jsonl [SECONDS]   the database stops for a time under load

ARTICLES has objects with ``title`` and ``text``. Each test prints its figures as JSON, and exits with 1 where something
was lost, doubled or answered wrongly. It starts PostgreSQL and HAProxy (``apt-get install postgresql haproxy``). The
weights must be in the cache already.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.balancer import HEALTH_CHECK_S, balanced
from benchmarks.instance import Instance
from benchmarks.job_results import wait_for_results
from benchmarks.load_generator import LoadGenerator
from benchmarks.postgresql import PostgreSQL

#: The threads of the load generator, by kind.
_LOAD = {"briefing": 2, "stream": 1, "job": 2}
#: The seconds for which a replica serves after SIGTERM, until the balancer notices and requests are completed.
_DRAIN = 25
#: The seconds within which jobs must end after the test.
_PATIENCE = 600
_CORES = sorted(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class Deployment:
    """Replicas, their database, and the address of their load balancer."""

    instances: Sequence[Instance]
    database: PostgreSQL
    address: str


@contextmanager
def deployed(number: int, *, pinned: bool = False, **settings: str) -> Iterator[Deployment]:
    """Run ``number`` replicas, all ready. ``pinned`` gives each one CPU core."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = PostgreSQL(durable=True)
        stack.callback(database.remove)
        database.start()
        instances: list[Instance] = []
        for index in range(number):
            cores = [_CORES[index % len(_CORES)]] if pinned else []
            instances.append(Instance(folder, cores, database_url=database.url, **settings))
            instances[-1].launch()
            stack.callback(instances[-1].kill)
        for instance in instances:
            instance.wait()
        address = stack.enter_context(balanced(folder, [instance.port for instance in instances]))
        yield Deployment(instances, database, address)


def same(articles: Sequence[dict[str, Any]], count: int) -> bool:
    """Return whether a single instance and replicas make the same briefings, and each replica makes some of them.

    Support may differ; the largest difference is printed.
    """
    requests = [{"title": article["title"], "text": article["text"]} for article in articles[:count]]
    with tempfile.TemporaryDirectory() as folder:
        single = Instance(Path(folder))
        single.start()
        expected = _briefings(str(single.client.base_url), requests)
        single.stop()
    supports = _supports(expected)
    figures: dict[str, Any] = {"articles": len(requests)}
    passed = True
    for number in (2, 4):
        with deployed(number) as deployment:
            briefings = _briefings(deployment.address, requests)
            made = [instance.briefings_made() for instance in deployment.instances]
        apart = max(abs(a - b) for a, b in zip(supports, _supports(briefings), strict=False))
        differing = [one["id"] for one, other in zip(expected, briefings, strict=True) if one != other]
        figures[f"{number} replicas"] = {
            "briefings made by each": made,
            "differing": differing,
            "supports apart by": round(apart, 3),
        }
        passed = passed and not differing and all(made) and sum(made) == len(requests)
    print(json.dumps(figures))
    return passed


def throughput(articles: Sequence[dict[str, Any]], count: int) -> bool:
    """Measure the articles a minute of replicas with one core each, and of one replica with all cores.

    Return whether all briefings were made. There are ``count`` articles a replica. ``ratio`` is the throughput a core,
    relative to one replica with one core. On a shared machine only the CPU time of an article is meaningful.
    """
    rows: list[dict[str, Any]] = []
    for number, pinned in ((1, True), (1, False), (2, True), (4, True)):
        requests = [
            {"title": one["title"], "text": f"{one['text']}\n\nNumber {n}."}
            for n in range(number)
            for one in articles[:count]
        ]
        with deployed(number, pinned=pinned) as deployment:
            # The first articles take longer, because of lazy initialization.
            _briefings(
                deployment.address, [{"text": articles[-1]["text"], "max_words": 99 + n} for n in range(2 * number)]
            )
            before = [instance.briefings_made() for instance in deployment.instances]
            spent = sum(instance.cpu_seconds() for instance in deployment.instances)
            started = time.monotonic()
            _briefings(deployment.address, requests, clients=8 * number)
            a_minute = 60 * len(requests) / (time.monotonic() - started)
            spent = sum(instance.cpu_seconds() for instance in deployment.instances) - spent
            made = [
                instance.briefings_made() - earlier
                for instance, earlier in zip(deployment.instances, before, strict=True)
            ]
            memory = [round(instance.memory_gb(), 2) for instance in deployment.instances]
        cores = min(number, len(_CORES)) if pinned else len(_CORES)
        a_core = a_minute / cores
        figures = {
            "replicas": number,
            "cores": cores,
            "articles a minute": round(a_minute, 1),
            "a core": round(a_core, 1),
            "ratio": round(a_core / (rows[0]["a core"] if rows else a_core), 2),
            "processor_s an article": round(spent / len(requests), 2),
            "memory_gb": memory,
            "made by each": made,
        }
        rows.append(figures)
        print(json.dumps(figures), flush=True)
    return all(sum(row["made by each"]) == row["replicas"] * len(articles[:count]) for row in rows)


def kill(articles: Sequence[dict[str, Any]], times: int) -> bool:
    """Kill and restart replicas ``times`` times under load.

    Return whether every item of a job ended once, and every other request got its briefing or a proper refusal.
    """
    rng = random.Random(0)
    with deployed(2) as deployment:
        with LoadGenerator(deployment.address, _texts(articles), _LOAD) as load:
            for _ in range(times):
                time.sleep(rng.uniform(1, 10))
                instance = rng.choice(deployment.instances)
                instance.kill()
                time.sleep(rng.uniform(0, 3))
                instance.start()
                time.sleep(HEALTH_CHECK_S)
        with httpx2.Client(base_url=deployment.address, timeout=600) as client:
            results = wait_for_results(client, load.jobs, _PATIENCE)
    print(json.dumps({"kills": times, "answers": load.counts(), "jobs": results.as_dict()}))
    # Only its client can restart a stream that has begun.
    proper = {"200", "502 engine_stopped", "503 not_ready"}
    broken = {"stream": {"nothing", "article", "sentence"}, "events": {"cut after nothing", "cut after item"}}
    return results.are_complete and all(one.outcome in proper | broken.get(one.kind, set()) for one in load.exchanges)


def roll(articles: Sequence[dict[str, Any]], times: int) -> bool:
    """Stop and restart the replicas in turn, ``times`` times, under load. Return whether no request failed.

    A client that follows a job for longer than a replica drains must reconnect. That is counted, but is no failure.
    """
    with deployed(2, drain_seconds=str(_DRAIN)) as deployment:
        with LoadGenerator(deployment.address, _texts(articles), _LOAD) as load:
            for instance in [*deployment.instances] * times:
                time.sleep(HEALTH_CHECK_S)
                instance.stop()
                instance.start()
            time.sleep(HEALTH_CHECK_S)
        with httpx2.Client(base_url=deployment.address, timeout=600) as client:
            results = wait_for_results(client, load.jobs, _PATIENCE)
    longest = max(one.ended_at - one.sent_at for one in load.exchanges if one.kind != "events")
    figures = {
        "restarts": 2 * times,
        "answers": load.counts(),
        "jobs": results.as_dict(),
        "longest_s": round(longest, 1),
    }
    print(json.dumps(figures))
    return results.are_complete and all(one.outcome == "200" for one in load.exchanges if one.kind != "events")


def database(articles: Sequence[dict[str, Any]], seconds: float) -> bool:
    """Stop the database under load, and restart it after ``seconds``.

    Return whether requests were properly refused, running ones were completed, no accepted job was lost, and all
    requests succeeded afterwards.
    """
    with deployed(2) as deployment:
        with LoadGenerator(deployment.address, _texts(articles), _LOAD) as load:
            time.sleep(10)
            stopped_at = time.monotonic()
            deployment.database.stop("fast")
            time.sleep(seconds)
            restarted_at = time.monotonic()
            deployment.database.start()
            time.sleep(30)
        with httpx2.Client(base_url=deployment.address, timeout=600) as client:
            results = wait_for_results(client, load.jobs, _PATIENCE)
    briefed = [one for one in load.exchanges if one.outcome == "200" and one.kind in ("briefing", "stream")]
    completed = sum(one.sent_at < stopped_at < one.ended_at < restarted_at for one in briefed)
    first = min((one.ended_at for one in briefed if one.sent_at > stopped_at), default=float("inf"))
    late = [one.outcome for one in load.exchanges if one.sent_at > restarted_at + 10 and one.outcome != "200"]
    figures = {
        "seconds stopped": round(restarted_at - stopped_at, 1),
        "answers": load.counts(),
        "completed while stopped": completed,
        "first briefing after the restart_s": round(first - restarted_at, 1),
        "refused later than ten seconds after": late,
        "jobs": results.as_dict(),
    }
    print(json.dumps(figures))
    proper = {"200", "503 store_failed", "503 not_ready"}
    broken = {"stream": {"error store_failed"}, "events": {"cut after nothing", "cut after item"}}
    all_proper = all(one.outcome in proper | broken.get(one.kind, set()) for one in load.exchanges)
    return results.are_complete and all_proper and not late and bool(briefed)


def _briefings(address: str, requests: Sequence[dict[str, Any]], clients: int = 8) -> list[dict[str, Any]]:
    """Return the briefings of ``requests``, sent by concurrent clients, without fields that differ between runs."""
    with httpx2.Client(base_url=address, timeout=600) as client, ThreadPoolExecutor(clients) as pool:
        answers = list(pool.map(lambda request: client.post("/v1/briefings", json=request), requests))
    for answer in answers:
        assert answer.status_code == 200, answer.text
    briefings = [answer.json() for answer in answers]
    return [
        {name: briefing[name] for name in briefing if name not in ("timing_ms", "cached")} for briefing in briefings
    ]


def _supports(content: Any) -> list[float]:
    """Remove the values of support from parsed JSON, and return them.

    In bf16 they depend a little on the batch, in one instance as in several.
    """
    if isinstance(content, list):
        return [support for part in content for support in _supports(part)]
    if not isinstance(content, dict):
        return []
    own = [content.pop("support")] if "support" in content else []
    return own + [support for part in content.values() for support in _supports(part)]


def _texts(articles: Sequence[dict[str, Any]]) -> list[str]:
    """Return the shorter half of the articles, because the tests themselves take long."""
    return sorted((article["text"] for article in articles), key=len)[: max(1, len(articles) // 2)]


def main() -> None:
    """Run one of the tests."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(required=True)
    for run, default in ((same, 20), (throughput, 20), (kill, 10), (roll, 2), (database, 10)):
        kind = kinds.add_parser(run.__name__)
        kind.add_argument("articles", type=Path)
        kind.add_argument("amount", nargs="?", type=int, default=default)
        kind.set_defaults(run=run)
    arguments = parser.parse_args()
    # On SIGTERM too, the processes that were started are stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    articles = [json.loads(line) for line in arguments.articles.read_text(encoding="utf-8").splitlines()]
    sys.exit(0 if arguments.run(articles, arguments.amount) else 1)


if __name__ == "__main__":
    main()
