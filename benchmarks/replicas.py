"""Replicas on one machine, over one PostgreSQL and behind a balancer: what they promise, put to the proof.

    python -m benchmarks.replicas same ARTICLES.jsonl [COUNT]         one, two and four make the same briefings
    python -m benchmarks.replicas throughput ARTICLES.jsonl [COUNT]   articles a minute of one, two and four
    python -m benchmarks.replicas kill ARTICLES.jsonl [TIMES]         one after the other is killed under load
    python -m benchmarks.replicas roll ARTICLES.jsonl [TIMES]         each is told to end, and started anew, under load
    python -m benchmarks.replicas database ARTICLES.jsonl [SECONDS]   the database is away for that long, under load

Articles are objects with ``title`` and ``text``. Each prints what it saw, as JSON, and exits with 1 where something was
lost, doubled or answered wrongly. PostgreSQL and HAProxy are started for it (``apt-get install postgresql haproxy``);
the weights must be in the cache already.
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

from benchmarks.accepted import ended
from benchmarks.balancer import LOOKS, balanced
from benchmarks.callers import Callers
from benchmarks.instance import Service
from benchmarks.postgresql import PostgreSQL

#: Who asks while something is done to the replicas.
_LOAD = {"briefing": 2, "stream": 1, "job": 2}
#: Seconds for which a replica goes on after SIGTERM: for the balancer to see it, and for what it has begun.
_DRAIN = 25
#: Seconds that jobs have to end when nothing is done to the replicas any more.
_PATIENCE = 600
_CORES = sorted(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class Deployment:
    """Replicas, what they share, and the address of the balancer before them."""

    services: Sequence[Service]
    database: PostgreSQL
    address: str


@contextmanager
def deployed(number: int, *, pinned: bool = False, **settings: str) -> Iterator[Deployment]:
    """So many replicas, all ready. ``pinned`` gives each one core, in turn."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = PostgreSQL(durable=True)
        stack.callback(database.remove)
        database.start()
        services: list[Service] = []
        for index in range(number):
            cores = [_CORES[index % len(_CORES)]] if pinned else []
            services.append(Service(folder, cores, database_url=database.url, **settings))
            services[-1].launch()
            stack.callback(services[-1].kill)
        for service in services:
            service.wait()
        address = stack.enter_context(balanced(folder, [service.port for service in services]))
        yield Deployment(services, database, address)


def same(articles: Sequence[dict[str, Any]], count: int) -> bool:
    """Whether one service alone and several behind a balancer give the same briefings, of which each makes some.

    All of a briefing must be the same but its supports; how far these are apart is told.
    """
    wanted = [{"title": article["title"], "text": article["text"]} for article in articles[:count]]
    with tempfile.TemporaryDirectory() as folder:
        alone = Service(Path(folder))
        alone.start()
        expected = _asked(str(alone.client.base_url), wanted)
        alone.end()
    supports = _supports(expected)
    told: dict[str, Any] = {"articles": len(wanted)}
    good = True
    for number in (2, 4):
        with deployed(number) as deployment:
            found = _asked(deployment.address, wanted)
            made = [service.made() for service in deployment.services]
        apart = max(abs(one - other) for one, other in zip(supports, _supports(found), strict=False))
        differing = [one["id"] for one, other in zip(expected, found, strict=True) if one != other]
        told[f"{number} replicas"] = {
            "briefings made by each": made,
            "differing": differing,
            "supports apart by": round(apart, 3),
        }
        good = good and not differing and all(made) and sum(made) == len(wanted)
    print(json.dumps(told))
    return good


def throughput(articles: Sequence[dict[str, Any]], count: int) -> bool:
    """Articles a minute of replicas that have a core each; whether every one was made.

    Each has ``count`` of them to make; beside these there is one replica that has all cores. ``ratio`` is what a core
    gives, of what it gives to one replica that has one. Where others use the machine too, only the processor time of an
    article tells anything.
    """
    told: list[dict[str, Any]] = []
    for number, pinned in ((1, True), (1, False), (2, True), (4, True)):
        wanted = [
            {"title": one["title"], "text": f"{one['text']}\n\nNumber {n}."}
            for n in range(number)
            for one in articles[:count]
        ]
        with deployed(number, pinned=pinned) as deployment:
            # The first ones take longer, by whatever is made when it is first wanted.
            _asked(deployment.address, [{"text": articles[-1]["text"], "max_words": 99 + n} for n in range(2 * number)])
            before = [service.made() for service in deployment.services]
            spent = sum(service.processor_s() for service in deployment.services)
            started = time.monotonic()
            _asked(deployment.address, wanted, callers=8 * number)
            a_minute = 60 * len(wanted) / (time.monotonic() - started)
            spent = sum(service.processor_s() for service in deployment.services) - spent
            made = [service.made() - had for service, had in zip(deployment.services, before, strict=True)]
            memory = [round(service.memory_gb(), 2) for service in deployment.services]
        cores = min(number, len(_CORES)) if pinned else len(_CORES)
        a_core = a_minute / cores
        figures = {
            "replicas": number,
            "cores": cores,
            "articles a minute": round(a_minute, 1),
            "a core": round(a_core, 1),
            "ratio": round(a_core / (told[0]["a core"] if told else a_core), 2),
            "processor_s an article": round(spent / len(wanted), 2),
            "memory_gb": memory,
            "made by each": made,
        }
        told.append(figures)
        print(json.dumps(told[-1]), flush=True)
    return all(sum(one["made by each"]) == one["replicas"] * len(articles[:count]) for one in told)


def kill(articles: Sequence[dict[str, Any]], times: int) -> bool:
    """Kill a replica ``times`` times under load, and start it anew; whether every item of a job ended once, and every
    other request got its briefing or was told to come again.
    """
    chance = random.Random(0)
    with deployed(2) as deployment:
        with Callers(deployment.address, _texts(articles), _LOAD) as callers:
            for _ in range(times):
                time.sleep(chance.uniform(1, 10))
                service = chance.choice(deployment.services)
                service.kill()
                time.sleep(chance.uniform(0, 3))
                service.start()
                time.sleep(LOOKS)
        with httpx2.Client(base_url=deployment.address, timeout=600) as client:
            found = ended(client, callers.jobs, _PATIENCE)
    print(json.dumps({"kills": times, "answers": callers.counted(), "jobs": found.told}))
    # A stream that had begun cannot be begun anew by anyone but its caller.
    clear = {"200", "502 engine_stopped", "503 not_ready"}
    cut = {"stream": {"nothing", "article", "sentence"}, "events": {"cut after nothing", "cut after item"}}
    return found.well and all(one.said in clear | cut.get(one.kind, set()) for one in callers.answers)


def roll(articles: Sequence[dict[str, Any]], times: int) -> bool:
    """Tell each replica to end and start it anew, one after the other, ``times`` times; whether no request failed.

    Whoever follows a job for longer than a replica drains has to begin again: that is counted, and no failure.
    """
    with deployed(2, drain_seconds=str(_DRAIN)) as deployment:
        with Callers(deployment.address, _texts(articles), _LOAD) as callers:
            for service in [*deployment.services] * times:
                time.sleep(LOOKS)
                service.end()
                service.start()
            time.sleep(LOOKS)
        with httpx2.Client(base_url=deployment.address, timeout=600) as client:
            found = ended(client, callers.jobs, _PATIENCE)
    longest = max(one.answered_at - one.asked_at for one in callers.answers if one.kind != "events")
    told = {"restarts": 2 * times, "answers": callers.counted(), "jobs": found.told, "longest_s": round(longest, 1)}
    print(json.dumps(told))
    return found.well and all(one.said == "200" for one in callers.answers if one.kind != "events")


def database(articles: Sequence[dict[str, Any]], seconds: float) -> bool:
    """Stop the database under load and start it again after so many seconds; whether callers were told, what had begun
    was given, nothing that was accepted was lost, and all was as before afterwards.
    """
    with deployed(2) as deployment:
        with Callers(deployment.address, _texts(articles), _LOAD) as callers:
            time.sleep(10)
            away = time.monotonic()
            deployment.database.stop("fast")
            time.sleep(seconds)
            back = time.monotonic()
            deployment.database.start()
            time.sleep(30)
        with httpx2.Client(base_url=deployment.address, timeout=600) as client:
            found = ended(client, callers.jobs, _PATIENCE)
    given = [one for one in callers.answers if one.said == "200" and one.kind in ("briefing", "stream")]
    begun = sum(one.asked_at < away < one.answered_at < back for one in given)
    after = min((one.answered_at for one in given if one.asked_at > away), default=float("inf"))
    late = [one.said for one in callers.answers if one.asked_at > back + 10 and one.said != "200"]
    told = {
        "seconds away": round(back - away, 1),
        "answers": callers.counted(),
        "given while it was away": begun,
        "first briefing after its return_s": round(after - back, 1),
        "refused later than ten seconds after": late,
        "jobs": found.told,
    }
    print(json.dumps(told))
    clear = {"200", "503 store_failed", "503 not_ready"}
    cut = {"stream": {"error store_failed"}, "events": {"cut after nothing", "cut after item"}}
    told_all = all(one.said in clear | cut.get(one.kind, set()) for one in callers.answers)
    return found.well and told_all and not late and bool(given)


def _asked(address: str, wanted: Sequence[dict[str, Any]], callers: int = 8) -> list[dict[str, Any]]:
    """The briefings of what is wanted, asked for by so many callers, without what differs from time to time."""
    with httpx2.Client(base_url=address, timeout=600) as client, ThreadPoolExecutor(callers) as pool:
        answers = list(pool.map(lambda request: client.post("/v1/briefings", json=request), wanted))
    for answer in answers:
        assert answer.status_code == 200, answer.text
    briefings = [answer.json() for answer in answers]
    return [
        {name: briefing[name] for name in briefing if name not in ("timing_ms", "cached")} for briefing in briefings
    ]


def _supports(told: Any) -> list[float]:
    """The supports in an answer, which are taken out of it.

    In bf16 the verifier finds a little more or less by what is in its batch, in one service as in several.
    """
    if isinstance(told, list):
        return [support for one in told for support in _supports(one)]
    if not isinstance(told, dict):
        return []
    own = [told.pop("support")] if "support" in told else []
    return own + [support for one in told.values() for support in _supports(one)]


def _texts(articles: Sequence[dict[str, Any]]) -> list[str]:
    """The shorter half of the articles: what is done to the replicas takes its time by itself."""
    return sorted((article["text"] for article in articles), key=len)[: max(1, len(articles) // 2)]


def main() -> None:
    """Run one of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(required=True)
    for run, usual in ((same, 20), (throughput, 20), (kill, 10), (roll, 2), (database, 10)):
        kind = kinds.add_parser(run.__name__)
        kind.add_argument("articles", type=Path)
        kind.add_argument("amount", nargs="?", type=int, default=usual)
        kind.set_defaults(run=run)
    given = parser.parse_args()
    # What was started is ended also where this is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    articles = [json.loads(line) for line in given.articles.read_text(encoding="utf-8").splitlines()]
    sys.exit(0 if given.run(articles, given.amount) else 1)


if __name__ == "__main__":
    main()
