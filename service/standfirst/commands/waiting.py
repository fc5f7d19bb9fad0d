"""What is waited for while a model's server is away, where nobody can be told to come again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from standfirst_models.errors import NotReady

T = TypeVar("T")


async def waited(work: Callable[[], Awaitable[T]]) -> T:
    """What ``work`` gives, begun again for as long as it raises ``NotReady``. Raises whatever else it raises."""
    while True:
        try:
            return await work()
        except NotReady as away:
            await asyncio.sleep(away.retry_after)
