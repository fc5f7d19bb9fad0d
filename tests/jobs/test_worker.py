"""The worker, on items whose work does what a script says."""

from __future__ import annotations

import asyncio
from pathlib import Path

from standfirst.domain.job import ItemState, Lease
from standfirst.jobs.worker import Worker
from standfirst.store.database import open_database, sqlite_url
from standfirst.store.jobs import JobStore
from standfirst_models.errors import NotReady


def test_an_item_is_begun_again_when_the_models_serve_again_and_not_before(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path))
    store = JobStore(database, 10)
    job = store.create("reader", ["{}"], "hash", None, None)[0].id
    begun: list[Lease] = []

    async def run() -> None:
        waiting, back = asyncio.Event(), asyncio.Event()

        async def work(lease: Lease) -> str:
            begun.append(lease)
            if not back.is_set():
                raise NotReady("away", 0.0)
            return "{}"

        async def serving() -> None:
            waiting.set()
            await back.wait()

        working = asyncio.create_task(Worker(store, work, str, serving, concurrency=1).run())
        await waiting.wait()
        assert len(begun) == 1
        back.set()
        while store.find(job, "reader").counts[ItemState.DONE] == 0:
            await asyncio.sleep(0.01)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    try:
        asyncio.run(asyncio.wait_for(run(), 60))
    finally:
        database.close()
    assert len(begun) == 2
