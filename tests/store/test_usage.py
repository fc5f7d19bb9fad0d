"""The usage store: quotas hold for requests at the same time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from standfirst.errors import QuotaExceeded
from standfirst.store.database import Database
from standfirst.store.usage import UsageStore


def test_concurrent_requests_never_exceed_the_quota(database: Database) -> None:
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


def test_a_new_day_begins_with_none_used_and_a_refund_of_the_day_before_gives_it_no_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage, now = UsageStore(database), time.time()
    usage.take("reader", 5, 5)
    monkeypatch.setattr(time, "time", lambda: now + 86_400)
    usage.take("reader", 1, 5)
    usage.give_back("reader", 5)
    usage.take("reader", 4, 5)
    with pytest.raises(QuotaExceeded, match="has used 5 today"):
        usage.take("reader", 1, 5)
