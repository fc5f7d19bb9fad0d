"""The daily quota of a caller: how many articles it may have condensed in one day (UTC)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from standfirst.application.keys import Caller
from standfirst.errors import NotNow, StoreFailed
from standfirst.store.usage import UsageStore
from standfirst_models.errors import EngineStopped, NotReady

T = TypeVar("T")


async def within_quota(caller: Caller, usage: UsageStore, articles: int, work: Callable[[], Awaitable[T]]) -> T:
    """Charge the caller's quota with ``articles`` and return what ``work`` returns.

    The charge is refunded if the service does not do the work. Raises ``QuotaExceeded``, ``StoreFailed``, and what
    ``work`` raises.
    """
    if caller.articles_per_day is not None:
        await asyncio.to_thread(usage.take, caller.name, articles, caller.articles_per_day)
    try:
        return await work()
    except (EngineStopped, NotNow, NotReady, StoreFailed):
        with suppress(StoreFailed):
            await refund(caller, usage, articles)
        raise


async def refund(caller: Caller, usage: UsageStore, articles: int) -> None:
    """Take a charge of ``articles`` back. Raises ``StoreFailed``."""
    if caller.articles_per_day is not None:
        await asyncio.to_thread(usage.give_back, caller.name, articles)
