"""Measure the database without models: job items a second, and bytes a briefing.

    python -m benchmarks.storage ARTICLES.jsonl [ITEMS]

ARTICLES has objects with ``title`` and ``text``, whose briefings are made first. Then ITEMS items of jobs are processed
as replicas do it, but with these briefings: each item is leased, its briefing and its history are stored, and its
result is written. The program starts a durable PostgreSQL (``apt-get install postgresql``). The weights must be in the
cache already.
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

from benchmarks.instance import Instance
from benchmarks.postgresql import PostgreSQL
from standfirst.domain.job import ItemState
from standfirst.store.briefings import BriefingStore, StoredBriefing
from standfirst.store.database import Database, open_database, sqlite_url
from standfirst.store.history import HistoryStore
from standfirst.store.jobs import JobStore

#: The number of different briefings, the most items of a job, and the number of workers.
_ARTICLES, _ITEMS, _WORKERS = 20, 1000, 8


def make_briefings(articles: Sequence[dict[str, Any]]) -> list[tuple[StoredBriefing, str]]:
    """Return briefings as they are stored, each with the answer of the service as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Instance(Path(folder))
        instance.start()
        answers = [instance.brief(title=row["title"], text=row["text"])[0] for row in articles[:_ARTICLES]]
        instance.stop()
        database = open_database(sqlite_url(Path(folder)))
        stored = [BriefingStore(database).find(answer["id"]) for answer in answers]
        database.close()
    return [(one, json.dumps(answer)) for one, answer in zip(stored, answers, strict=True) if one is not None]


def work(database: Database, briefings: Sequence[tuple[StoredBriefing, str]]) -> int:
    """Process items until none is left, and return their number."""
    jobs, store, history = JobStore(database, 10**9), BriefingStore(database), HistoryStore(database)
    done = 0
    while (lease := jobs.lease()) is not None:
        stored, answer = briefings[done % len(briefings)]
        briefing = dataclasses.replace(stored.briefing, id=uuid.uuid4().hex)
        assert store.find(briefing.id) is None
        store.add(StoredBriefing(stored.article, briefing))
        history.add("reader", stored.article, briefing)
        jobs.finish(lease, ItemState.DONE, answer)
        done += 1
    return done


def main() -> None:
    articles = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    items = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    briefings = make_briefings(articles)
    server = PostgreSQL(durable=True)
    try:
        server.start()
        database = open_database(server.url)
        jobs = JobStore(database, 10**9)
        for first in range(0, items, _ITEMS):
            numbers = range(first, min(first + _ITEMS, items))
            requests = [json.dumps({"text": briefings[n % len(briefings)][0].article.text}) for n in numbers]
            jobs.create("reader", requests, "", None, None)
        engine = sa.create_engine(server.url.replace("postgresql:", "postgresql+psycopg:"))

        def query(statement: str) -> int:
            with engine.connect() as connection:
                value: int = connection.execute(sa.text(statement)).scalar_one()
            return int(value)

        log = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"
        before, started = query(log), time.monotonic()
        with ThreadPoolExecutor(_WORKERS) as pool:
            done = sum(pool.map(lambda _: work(database, briefings), range(_WORKERS)))
        seconds = time.monotonic() - started
        figures: dict[str, float] = {"items": done, "items a second": round(done / seconds, 1)}
        figures["bytes logged an item"] = round((query(log) - before) / done)
        for table in ("briefings", "history", "items"):
            figures[f"bytes an item in {table}"] = round(query(f"SELECT pg_total_relation_size('{table}')") / done)
        print(json.dumps(figures))
        database.close()
        engine.dispose()
    finally:
        server.remove()


if __name__ == "__main__":
    main()
