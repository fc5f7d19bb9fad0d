"""What is waited for while a model's server is away, where nobody can be told to come again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from standfirst_models.errors import InferenceFailed, NotReady

T = TypeVar("T")

#: How often the models may fail on the same work; seconds before it is begun again.
_FAILURES, _FAILURE_PAUSE = 3, 1.0


async def waited(work: Callable[[], Awaitable[T]], serving: Callable[[], Awaitable[None]]) -> T:
    """What ``work`` gives, begun again when ``serving`` has returned, for as long as it raises ``NotReady``.

    Raises whatever else it raises, ``InferenceFailed`` at the third time.
    """
    failures = 0
    while True:
        try:
            return await work()
        except NotReady as away:
            pause = away.retry_after
        except InferenceFailed:
            failures += 1
            if failures == _FAILURES:
                raise
            pause = _FAILURE_PAUSE
        await asyncio.sleep(pause)
        await serving()
