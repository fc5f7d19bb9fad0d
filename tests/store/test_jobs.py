"""The stores, on both kinds of database: what is accepted ends once, whoever is killed, and quotas hold."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from hypothesis.strategies import integers

from standfirst.domain.job import ItemState, Lease
from standfirst.errors import IdempotencyConflict, NotFound, QuotaExceeded, StoreFailed
from standfirst.store import jobs as store_of_jobs
from standfirst.store.database import Database, open_database, sqlite_url
from standfirst.store.jobs import JobStore
from standfirst.store.rates import Rate, RateStore
from standfirst.store.tables import metadata
from standfirst.store.usage import UsageStore
from tests.store.databases import postgres


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgres() as server:
        yield server.url


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = sqlite_url(tmp_path) if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = open_database(url)
    yield opened
    with opened.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.delete(table))
    opened.close()


def made(store: JobStore, items: int, key: str | None = None) -> str:
    return store.create("reader", ["{}"] * items, "hash", key, None)[0].id


def taken(store: JobStore) -> Lease:
    lease = store.lease()
    assert lease is not None
    return lease


def test_the_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    with database.writing() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_an_item_is_leased_to_one_worker_and_its_result_written_once(database: Database) -> None:
    store = JobStore(database, 100)
    job = made(store, 2)
    first, second = taken(store), taken(store)
    assert {first.position, second.position} == {0, 1}
    assert store.lease() is None
    assert store.finish(first, ItemState.DONE, '"a"')
    assert not store.finish(first, ItemState.DONE, '"b"')
    assert store.finish(second, ItemState.FAILED, '"c"')
    assert [(r.state, r.content) for r in store.results(job, -1, 9)] == [("done", '"a"'), ("failed", '"c"')]
    assert store.find(job, "reader").ended_at is not None


def test_a_last_item_is_worked_on_when_all_others_have_ended(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = JobStore(database, 100)
    job = store.create("reader", ["{}"] * 2, "hash", None, None, "last")[0].id
    first, second = taken(store), taken(store)
    assert store.lease() is None
    store.finish(first, ItemState.DONE, '"a"')
    assert store.lease() is None
    assert store.find(job, "reader", has_final=True).ended_at is None
    store.hand_back(second)
    # Another process took it and was killed: it is taken again, and the last item still waits.
    monkeypatch.setattr(store_of_jobs, "LEASE_SECONDS", -1.0)
    assert [taken(store).position for _ in range(2)] == [1, 1]
    monkeypatch.undo()
    store.finish(taken(store), ItemState.FAILED, '"b"')
    last = taken(store)
    assert (last.position, last.request) == (2, "last")
    store.finish(last, ItemState.DONE, '"c"')
    assert store.find(job, "reader", has_final=True).ended_at is not None
    with pytest.raises(NotFound):
        store.find(job, "reader")


def test_an_item_at_which_a_process_ended_waits_for_the_others(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = JobStore(database, 100)
    made(store, 3)
    monkeypatch.setattr(store_of_jobs, "LEASE_SECONDS", -1.0)
    assert [taken(store).position for _ in range(5)] == [0, 1, 2, 0, 1]


def test_an_item_whose_lease_expired_is_taken_again_and_the_late_result_is_not_written(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = JobStore(database, 100)
    job = made(store, 1)
    monkeypatch.setattr(store_of_jobs, "LEASE_SECONDS", -1.0)
    late = taken(store)
    monkeypatch.setattr(store_of_jobs, "LEASE_SECONDS", 30.0)
    again = taken(store)
    assert (again.position, again.tries) == (0, 2)
    assert not store.renew(late)
    assert not store.finish(late, ItemState.DONE, '"late"')
    assert store.renew(again)
    assert store.finish(again, ItemState.DONE, '"in time"')
    assert [r.content for r in store.results(job, -1, 9)] == ['"in time"']


def test_an_item_that_is_handed_back_is_as_if_nobody_had_taken_it(database: Database) -> None:
    store = JobStore(database, 100)
    made(store, 1)
    store.hand_back(taken(store))
    assert taken(store).tries == 1


def test_many_workers_at_once_take_every_item_once(database: Database) -> None:
    store = JobStore(database, 100)
    job = made(store, 40)

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


def test_a_job_ends_also_where_its_last_items_are_finished_at_the_same_moment(database: Database) -> None:
    store = JobStore(database, 100)
    together = Barrier(2)

    def finish(lease: Lease) -> bool:
        together.wait()
        return store.finish(lease, ItemState.DONE, "1")

    with ThreadPoolExecutor(2) as pool:
        for _ in range(50):
            job = made(store, 2)
            assert all(pool.map(finish, [taken(store), taken(store)]))
            assert store.find(job, "reader").ended_at is not None


def test_a_small_job_need_not_wait_for_a_large_one(database: Database) -> None:
    store = JobStore(database, 100)
    made(store, 50)
    small = made(store, 1)
    assert small in {taken(store).job, taken(store).job}


def test_requests_at_once_with_one_key_make_one_job(database: Database) -> None:
    store = JobStore(database, 1000)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: store.create("reader", ["{}"] * 3, "hash", "key", None), range(16)))
    assert len({job.id for job, _ in found}) == 1
    assert sum(new for _, new in found) == 1
    assert store.counts()[ItemState.WAITING] == 3
    with pytest.raises(IdempotencyConflict):
        store.create("reader", ["[]"], "other", "key", None)
    assert store.create("editor", ["[]"], "other", "key", None)[1]


def test_what_ended_before_a_time_is_removed_with_its_items(database: Database) -> None:
    store = JobStore(database, 100)
    ended, unfinished = made(store, 1), made(store, 2)
    store.finish(taken(store), ItemState.DONE, "1")
    assert store.remove_ended(time.time() - 60) == 0
    assert store.remove_ended(time.time() + 60) == 1
    with pytest.raises(NotFound):
        store.find(ended, "reader")
    assert store.counts()[ItemState.DONE] == 0
    assert store.find(unfinished, "reader").item_count == 2


def test_a_quota_is_counted_across_requests_and_never_exceeded(database: Database) -> None:
    usage = UsageStore(database)

    def take(_: int) -> bool:
        try:
            usage.take("reader", 3, 10)
        except QuotaExceeded as error:
            assert 0 < error.retry_after <= 86_400
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take, range(8))) == 3
    usage.take("reader", 1, 10)
    usage.take("editor", 10, 10)


def test_a_caller_passes_so_often_in_a_minute_whoever_counts(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        passed = list(pool.map(lambda _: RateStore(database).take("reader", 5).allowed, range(12)))
    assert sum(passed) == 5
    assert RateStore(database).take("editor", 1).allowed


def test_any_sixty_seconds_count_and_what_was_refused_does_not(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, now = RateStore(database), time.time()

    def at(seconds: float) -> Rate:
        monkeypatch.setattr(time, "time", lambda: now + seconds)
        return store.take("reader", 2)

    # As a clock's minute has it, there would be four within the two seconds around its end.
    assert [at(59).allowed, at(59.5).allowed, at(60.5).allowed, at(118.9).allowed] == [True, True, False, False]
    last = at(119.1)
    assert (last.allowed, last.left) == (True, 0)
    assert last.renewed_in == pytest.approx(0.4, abs=1e-3)
    assert not at(119.2).allowed
    later = at(300)
    assert (later.allowed, later.left) == (True, 1)
    assert later.renewed_in == pytest.approx(60)


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path))
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreFailed, match="newer"):
        open_database(sqlite_url(tmp_path))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://x@localhost/x", "sqlite:///FILE or postgresql"),
        ("sqlite://", "sqlite:///FILE or postgresql"),
        ("nonsense", "cannot be read"),
        ("postgresql://nobody@127.0.0.1:1/none", "does not answer"),
        ("sqlite:////proc/nothing/here.sqlite3", "cannot be made"),
    ],
)
def test_a_database_that_cannot_be_opened_is_told_of_clearly(url: str, said: str) -> None:
    with pytest.raises(StoreFailed, match=said):
        open_database(url)


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
            self.jobs[made(self.store, items)] = items

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
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


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
        open_database(sqlite_url(tmp_path)).check()
