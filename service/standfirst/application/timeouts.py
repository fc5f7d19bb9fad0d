"""The time limits of a request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, Literal, TypeVar

from standfirst.errors import TimedOut

T = TypeVar("T")


def split_timeout(timeout_s: float | None, on_timeout: Literal["error", "quote"]) -> tuple[float | None, float | None]:
    """Return the seconds after which a request fails, and the deadline after which it quotes; None is no limit.

    The deadline is a time of ``time.monotonic``.
    """
    if timeout_s is not None and on_timeout == "quote":
        return None, time.monotonic() + timeout_s
    return timeout_s, None


async def within_timeout(seconds: float | None, work: Coroutine[Any, Any, T]) -> T:
    """Return what ``work`` returns. Raises ``TimedOut`` after ``seconds``; None is no limit."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise TimedOut(f"This took longer than {seconds:g} s. Try a shorter article.") from None
