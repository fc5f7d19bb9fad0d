"""The connection: what a caller says of the body it sends, and work that goes on for as long as the caller is there."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from standfirst.application.timeouts import within_timeout
from standfirst.errors import NotText

T = TypeVar("T")


def require_json(request: Request) -> None:
    """Refuse a body that does not say that it is JSON. Raises ``NotText``."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and kind != "application/json" and not kind.endswith("+json"):
        raise NotText("Send JSON, with 'Content-Type: application/json'.")


async def while_connected(request: Request, seconds: float, work: Coroutine[Any, Any, T]) -> T | None:
    """What ``work`` gives; or None, and ``work`` cancelled, when the caller hangs up before.

    Raises ``TimedOut`` where it takes more than ``seconds``, and whatever ``work`` raises.
    """
    return await within_timeout(seconds, _unless_gone(request, work))


async def _unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T | None:
    task = asyncio.create_task(work)
    gone = asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        return await task if task.done() else None
    finally:
        gone.cancel()
        task.cancel()
        # Gone only when it has let go of its place in the queue.
        await asyncio.gather(task, gone, return_exceptions=True)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
