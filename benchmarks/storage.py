"""The database alone: how many items of jobs a second it can hand out and take back, and what a briefing costs it.

    python -m benchmarks.storage ARTICLES.jsonl [ITEMS]

Articles are objects with ``title`` and ``text``, of which briefings are made first. Then as many items as are wanted,
all waiting at once, go through jobs: each is taken, its briefing is kept under an id of its own and noted, and its
result is written, as replicas do it, with no model between. PostgreSQL is started for it (``apt-get install
postgresql``), durable as it is by default. The weights must be in the cache already.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.instance import Service
from benchmarks.postgresql import PostgreSQL
from standfirst.domain.job import ItemState
from standfirst.store.briefings import BriefingStore, StoredBriefing
from standfirst.store.database import Database, open_database, sqlite_url
from standfirst.store.history import HistoryStore
from standfirst.store.jobs import JobStore

#: Articles of which briefings are made, items of a job at most, and workers, as two a replica.
_ARTICLES, _ITEMS, _WORKERS = 20, 1000, 8


def made(articles: Sequence[dict[str, Any]]) -> list[tuple[StoredBriefing, str]]:
    """Briefings as they are kept, each with the answer that has it."""
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder))
        service.start()
        asked = [{"title": one["title"], "text": one["text"]} for one in articles[:_ARTICLES]]
        answers = [service.client.post("/v1/briefings", json=one).json() for one in asked]
        service.end()
        database = open_database(sqlite_url(Path(folder)))
        kept = [BriefingStore(database).find(answer["id"]) for answer in answers]
        database.close()
    return [(one, json.dumps(answer)) for one, answer in zip(kept, answers, strict=True) if one is not None]


def work(database: Database, briefings: Sequence[tuple[StoredBriefing, str]]) -> int:
    """Work on items until there are none; how many there were."""
    jobs, store, history = JobStore(database, 10**9), BriefingStore(database), HistoryStore(database)
    done = 0
    while (lease := jobs.lease()) is not None:
        kept, answer = briefings[done % len(briefings)]
        briefing = dataclasses.replace(kept.briefing, id=uuid.uuid4().hex)
        assert store.find(briefing.id) is None
        store.add(StoredBriefing(kept.article, briefing))
        history.add("reader", kept.article, briefing)
        jobs.finish(lease, ItemState.DONE, answer)
        done += 1
    return done


def main() -> None:
    articles = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    items = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    briefings = made(articles)
    server = PostgreSQL(durable=True)
    try:
        server.start()
        database = open_database(server.url)
        jobs = JobStore(database, 10**9)
        for begun in range(0, items, _ITEMS):
            numbers = range(begun, min(begun + _ITEMS, items))
            requests = [json.dumps({"text": briefings[n % len(briefings)][0].article.text}) for n in numbers]
            jobs.create("reader", requests, "", None, None)
        engine = sa.create_engine(server.url.replace("postgresql:", "postgresql+psycopg:"))

        def ask(question: str) -> int:
            with engine.connect() as connection:
                answer: int = connection.execute(sa.text(question)).scalar_one()
            return int(answer)

        log = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"
        before, started = ask(log), time.monotonic()
        with ThreadPoolExecutor(_WORKERS) as pool:
            done = sum(pool.map(lambda _: work(database, briefings), range(_WORKERS)))
        seconds = time.monotonic() - started
        told: dict[str, float] = {"items": done, "items a second": round(done / seconds, 1)}
        told["bytes logged an item"] = round((ask(log) - before) / done)
        for table in ("briefings", "history", "items"):
            told[f"bytes an item in {table}"] = round(ask(f"SELECT pg_total_relation_size('{table}')") / done)
        print(json.dumps(told))
        database.close()
        engine.dispose()
    finally:
        server.remove()


if __name__ == "__main__":
    main()
