"""The connection of a request: work that ends when the caller disconnects."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from standfirst.application.timeouts import within_timeout

T = TypeVar("T")

#: The status of an answer that nobody receives, because the caller disconnected.
DISCONNECTED = 499


async def while_connected(request: Request, seconds: float, work: Coroutine[Any, Any, T]) -> T | None:
    """Return what ``work`` returns; cancel it and return None if the caller disconnects first.

    Raises ``TimedOut`` if it takes more than ``seconds``, and what ``work`` raises.
    """
    return await within_timeout(seconds, _run_while_connected(request, work))


async def wait_for_disconnect(request: Request) -> None:
    """Return when the caller has disconnected. The body must have been received."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _run_while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T | None:
    task = asyncio.create_task(work)
    disconnect = asyncio.create_task(wait_for_disconnect(request))
    try:
        await asyncio.wait({task, disconnect}, return_when=asyncio.FIRST_COMPLETED)
        return await task if task.done() else None
    finally:
        disconnect.cancel()
        task.cancel()
        # Wait until the cancelled work has released its slot in the admission queue.
        await asyncio.gather(task, disconnect, return_exceptions=True)
