"""The worker: every leased item has a result, whether the store or the models answer or not."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from standfirst.domain.job import ItemState, Lease
from standfirst.jobs.worker import Worker
from standfirst.store.database import Database, open_database, sqlite_url
from standfirst.store.jobs import JobStore
from standfirst_models.errors import NotReady
from standfirst_models.protocols.writer import Prompt
from tests.api.scripted_service import STORY, EndlessWriter, HeldWriter, ended_job, problem, service
from tests.models.scripted import ScriptedWriter


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Lock the database as another process does that writes and does not end."""
    with closing(sqlite3.connect(data_dir / "standfirst.sqlite3", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the waits for the store."""
    monkeypatch.setattr("standfirst.store.database._BUSY_TIMEOUT", 20)
    monkeypatch.setattr("standfirst.jobs.worker._STORE_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr("standfirst.jobs.worker._RENEW_SECONDS", 0.05)


@pytest.mark.usefixtures("short_waits")
def test_a_result_waits_until_the_store_answers(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    writer = HeldWriter()
    with service(tmp_path, writer) as client:
        job = client.post("/v1/jobs", json={"items": [{"text": STORY}]}).json()["id"]
        assert writer.writing.wait(10)
        with locked(tmp_path):
            while "a lease was not renewed" not in caplog.text:
                pass
            writer.go_on.set()
            while "a result waits for the store" not in caplog.text:
                pass
            assert client.get(f"/v1/jobs/{job}").json()["item_states"] == ["running"]
            problem(client.post("/v1/jobs", json={"items": [{"text": STORY}]}), 503, "store_failed")
        assert ended_job(client, job)["item_states"] == ["done"]
    assert len(writer.history) == 1, "the work was repeated"


@pytest.mark.usefixtures("short_waits")
def test_the_service_stops_although_the_store_does_not_answer(tmp_path: Path) -> None:
    writer = EndlessWriter()
    with ExitStack() as stack:
        with service(tmp_path, writer) as client:
            job = client.post("/v1/jobs", json={"items": [{"text": STORY}]}).json()["id"]
            assert writer.begun.wait(10)
            stack.enter_context(locked(tmp_path))
    with service(tmp_path, job_lanes=0) as client:
        assert client.get(f"/v1/jobs/{job}").json()["item_states"] == ["running"]


def test_an_item_fails_when_the_models_always_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standfirst.jobs.retry._PAUSE_SECONDS", 0.0)

    def answer(prompt: Prompt) -> str:
        raise RuntimeError("the model cannot")

    with service(tmp_path, ScriptedWriter(answer)) as client:
        job = client.post("/v1/jobs", json={"items": [{"text": STORY}]}).json()["id"]
        assert ended_job(client, job)["item_states"] == ["failed"]


def test_an_item_is_repeated_when_the_models_are_available_again(tmp_path: Path) -> None:
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

        async def available() -> None:
            waiting.set()
            await back.wait()

        working = asyncio.create_task(Worker(store, work, str, available, concurrency=1).run())
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


def test_an_item_fails_when_too_many_processes_ended_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(sqlite_url(tmp_path))
    store = JobStore(database, 10)
    job = store.create("reader", ["{}"], "hash")[0].id
    monkeypatch.setattr("standfirst.store.jobs.LEASE_SECONDS", -1.0)
    for _ in range(5):
        assert store.lease()
    monkeypatch.undo()

    async def run() -> None:
        async def process(_: Lease) -> str:
            raise AssertionError

        async def available() -> None:
            raise AssertionError

        worker = Worker(store, process, lambda error: type(error).__name__, available, concurrency=1)
        working = asyncio.create_task(worker.run())
        while store.find(job, "reader").counts[ItemState.FAILED] == 0:
            await asyncio.sleep(0.01)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    try:
        asyncio.run(asyncio.wait_for(run(), 60))
        assert [result.content for result in store.results(job, -1, 9)] == ["GaveUp"]
    finally:
        database.close()


class SlowStore(JobStore):
    """A store that is slow to lease: ``leasing`` is set meanwhile, and it goes on when ``go_on`` is."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, 10)
        self.leasing, self.go_on = threading.Event(), threading.Event()

    def lease(self) -> Lease | None:
        self.leasing.set()
        self.go_on.wait(20)
        return super().lease()


def test_an_item_that_is_leased_while_the_service_stops_is_handed_back(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path))
    store = SlowStore(database)
    store.create("reader", ["{}"], "hash")

    async def run() -> None:
        async def process(_: Lease) -> str:
            raise AssertionError

        async def available() -> None:
            raise AssertionError

        working = asyncio.create_task(Worker(store, process, str, available, concurrency=1).run())
        await asyncio.to_thread(store.leasing.wait)
        working.cancel()
        asyncio.get_running_loop().call_later(0.05, store.go_on.set)
        await asyncio.gather(working, return_exceptions=True)

    try:
        asyncio.run(asyncio.wait_for(run(), 60))
        lease = JobStore(database, 10).lease()
    finally:
        database.close()
    assert lease is not None, "the item waits for a lease that nobody holds"
    assert lease.tries == 1
