"""The retry policy of background work: it waits for models that are away, and repeats work on which they failed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from standfirst_models.errors import InferenceFailed, NotReady

T = TypeVar("T")

#: Attempts at work on which the models fail, and the seconds between them.
_ATTEMPTS, _PAUSE_SECONDS = 3, 1.0


async def retry(work: Callable[[], Awaitable[T]], available: Callable[[], Awaitable[None]]) -> T:
    """Return what ``work`` returns. Repeat it while it raises ``NotReady``, and twice if it raises ``InferenceFailed``.

    ``InferenceFailed`` may be caused by other rows of the batch, or by the end of the model's process. Before each new
    attempt ``available`` is awaited: the work may fetch a page, and must not fetch it again for models that are away.
    """
    failures = 0
    while True:
        try:
            return await work()
        except NotReady as error:
            pause = error.retry_after
        except InferenceFailed:
            failures += 1
            if failures == _ATTEMPTS:
                raise
            pause = _PAUSE_SECONDS
        await asyncio.sleep(pause)
        await available()
