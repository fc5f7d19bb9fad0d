"""The usage store: quotas hold for requests at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

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
