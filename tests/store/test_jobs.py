"""The job store on SQLite and PostgreSQL: every accepted item has one result, whichever process ends."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from hypothesis.strategies import integers

from standfirst.domain.job import ItemState, Lease
from standfirst.errors import IdempotencyConflict, NotFound, StoreFailed
from standfirst.store import jobs as jobs_module
from standfirst.store.database import Database, open_database, sqlite_url
from standfirst.store.jobs import JobStore
from standfirst.store.tables import metadata


def create(store: JobStore, items: int, key: str | None = None) -> str:
    return store.create("reader", ["{}"] * items, "hash", key, None)[0].id


def lease_next(store: JobStore) -> Lease:
    lease = store.lease()
    assert lease is not None
    return lease


def test_an_item_is_leased_once_and_has_one_result(database: Database) -> None:
    store = JobStore(database, 100)
    job = create(store, 2)
    first, second = lease_next(store), lease_next(store)
    assert {first.position, second.position} == {0, 1}
    assert store.lease() is None
    assert store.finish(first, ItemState.DONE, '"a"')
    assert not store.finish(first, ItemState.DONE, '"b"')
    assert store.finish(second, ItemState.FAILED, '"c"')
    assert [(r.state, r.content) for r in store.results(job, -1, 9)] == [("done", '"a"'), ("failed", '"c"')]
    assert store.find(job, "reader").ended_at is not None


def test_the_final_item_is_leased_when_all_others_have_ended(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = JobStore(database, 100)
    job = store.create("reader", ["{}"] * 2, "hash", None, None, "last")[0].id
    first, second = lease_next(store), lease_next(store)
    assert store.lease() is None
    store.finish(first, ItemState.DONE, '"a"')
    assert store.lease() is None
    assert store.find(job, "reader", has_final=True).ended_at is None
    store.hand_back(second)
    # Another process took it and was killed: it is lease_next again, and the last item still waits.
    monkeypatch.setattr(jobs_module, "LEASE_SECONDS", -1.0)
    assert [lease_next(store).position for _ in range(2)] == [1, 1]
    monkeypatch.undo()
    store.finish(lease_next(store), ItemState.FAILED, '"b"')
    last = lease_next(store)
    assert (last.position, last.request) == (2, "last")
    store.finish(last, ItemState.DONE, '"c"')
    assert store.find(job, "reader", has_final=True).ended_at is not None
    with pytest.raises(NotFound):
        store.find(job, "reader")


def test_an_item_whose_process_ended_comes_after_the_others(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = JobStore(database, 100)
    create(store, 3)
    monkeypatch.setattr(jobs_module, "LEASE_SECONDS", -1.0)
    assert [lease_next(store).position for _ in range(5)] == [0, 1, 2, 0, 1]


def test_a_result_after_the_lease_has_expired_is_not_stored(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = JobStore(database, 100)
    job = create(store, 1)
    monkeypatch.setattr(jobs_module, "LEASE_SECONDS", -1.0)
    late = lease_next(store)
    monkeypatch.setattr(jobs_module, "LEASE_SECONDS", 30.0)
    again = lease_next(store)
    assert (again.position, again.tries) == (0, 2)
    assert not store.renew(late)
    assert not store.finish(late, ItemState.DONE, '"late"')
    assert store.renew(again)
    assert store.finish(again, ItemState.DONE, '"in time"')
    assert [r.content for r in store.results(job, -1, 9)] == ['"in time"']


def test_handing_back_does_not_count_as_an_attempt(database: Database) -> None:
    store = JobStore(database, 100)
    create(store, 1)
    store.hand_back(lease_next(store))
    assert lease_next(store).tries == 1


def test_concurrent_workers_lease_every_item_once(database: Database) -> None:
    store = JobStore(database, 100)
    job = create(store, 40)

    def work(_: int) -> list[int]:
        found = []
        while lease := store.lease():
            assert store.finish(lease, ItemState.DONE, "1")
            found.append(lease.position)
        return found

    with ThreadPoolExecutor(4) as pool:
        positions = [position for found in pool.map(work, range(4)) for position in found]
    assert sorted(positions) == list(range(40))
    assert store.find(job, "reader").counts[ItemState.DONE] == 40


def test_a_job_ends_when_its_last_items_finish_at_once(database: Database) -> None:
    store = JobStore(database, 100)
    together = Barrier(2)

    def finish(lease: Lease) -> bool:
        together.wait()
        return store.finish(lease, ItemState.DONE, "1")

    with ThreadPoolExecutor(2) as pool:
        for _ in range(50):
            job = create(store, 2)
            assert all(pool.map(finish, [lease_next(store), lease_next(store)]))
            assert store.find(job, "reader").ended_at is not None


def test_a_small_job_does_not_wait_for_a_large_one(database: Database) -> None:
    store = JobStore(database, 100)
    create(store, 50)
    small = create(store, 1)
    assert small in {lease_next(store).job, lease_next(store).job}


def test_concurrent_requests_with_one_idempotency_key_create_one_job(database: Database) -> None:
    store = JobStore(database, 1000)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: store.create("reader", ["{}"] * 3, "hash", "key", None), range(16)))
    assert len({job.id for job, _ in found}) == 1
    assert sum(new for _, new in found) == 1
    assert store.counts()[ItemState.WAITING] == 3
    with pytest.raises(IdempotencyConflict):
        store.create("reader", ["[]"], "other", "key", None)
    assert store.create("editor", ["[]"], "other", "key", None)[1]


def test_removing_ended_jobs_removes_their_items(database: Database) -> None:
    store = JobStore(database, 100)
    ended, unfinished = create(store, 1), create(store, 2)
    store.finish(lease_next(store), ItemState.DONE, "1")
    assert store.remove_ended(time.time() - 60) == 0
    assert store.remove_ended(time.time() + 60) == 1
    with pytest.raises(NotFound):
        store.find(ended, "reader")
    assert store.counts()[ItemState.DONE] == 0
    assert store.find(unfinished, "reader").item_count == 2


def test_a_file_that_is_no_database_is_told_of_and_not_written_to(tmp_path: Path) -> None:
    file = tmp_path / "standfirst.sqlite3"
    file.write_bytes(b"no database " * 400)
    with pytest.raises(StoreFailed, match="not a database"):
        open_database(sqlite_url(tmp_path))
    assert file.read_bytes() == b"no database " * 400


def test_whatever_happens_each_item_ends_in_at_most_one_result_and_none_is_lost(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path))

    class Life(RuleBasedStateMachine):
        """Workers that take, renew, finish, hand back, or are never heard of again."""

        leases = Bundle("leases")

        @initialize()
        def begin(self) -> None:
            with database.writing() as connection:
                for table in reversed(metadata.sorted_tables):
                    connection.execute(sa.delete(table))
            self.store = JobStore(database, 1000)
            self.jobs: dict[str, int] = {}
            self.results: dict[tuple[str, int], int] = {}

        @rule(items=integers(1, 4))
        def make(self, items: int) -> None:
            self.jobs[create(self.store, items)] = items

        @rule(target=leases)
        def take(self) -> Lease | None:
            return self.store.lease()

        @rule(lease=leases)
        def finish(self, lease: Lease | None) -> None:
            if lease and self.store.finish(lease, ItemState.DONE, "1"):
                key = (lease.job, lease.position)
                self.results[key] = self.results.get(key, 0) + 1

        @rule(lease=leases)
        def hand_back(self, lease: Lease | None) -> None:
            if lease:
                self.store.hand_back(lease)

        @rule()
        def all_are_killed(self) -> None:
            with database.writing() as connection:
                connection.execute(sa.text("UPDATE items SET lease_until = 0 WHERE state = 'running'"))

        def teardown(self) -> None:
            if not hasattr(self, "store"):
                return
            self.all_are_killed()
            while lease := self.store.lease():
                self.finish(lease)
            expected = {(job, position): 1 for job, items in self.jobs.items() for position in range(items)}
            assert self.results == expected
            assert all(self.store.find(job, "reader").ended_at for job in self.jobs)

    run_state_machine_as_test(
        Life,
        settings=settings(max_examples=25, stateful_step_count=20, suppress_health_check=list(HealthCheck)),
    )
    database.close()


@pytest.mark.parametrize("damage", ["its head", "its rows"])
def test_a_file_that_is_damaged_is_a_clear_error(tmp_path: Path, damage: str) -> None:
    database = open_database(sqlite_url(tmp_path))
    JobStore(database, 1000).create("reader", ["{}" + " " * 3000] * 300, "hash", None, None)
    database.close()
    file = tmp_path / "standfirst.sqlite3"
    content = bytearray(file.read_bytes())
    spoiled = slice(0, 100) if damage == "its head" else slice(len(content) // 20, len(content))
    content[spoiled] = b"\x07" * len(content[spoiled])
    file.write_bytes(content)
    with pytest.raises(StoreFailed, match="database"):
        with closing(open_database(sqlite_url(tmp_path))) as opened:
            opened.check()
