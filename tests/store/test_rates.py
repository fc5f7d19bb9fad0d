"""The rate store: a sliding window of sixty seconds."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from standfirst.store.database import Database
from standfirst.store.rates import Rate, RateStore


def test_concurrent_requests_never_exceed_the_rate(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        passed = list(pool.map(lambda _: RateStore(database).take("reader", 5).allowed, range(12)))
    assert sum(passed) == 5
    assert RateStore(database).take("editor", 1).allowed


def test_the_window_slides_and_refused_requests_do_not_count(
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
