"""The work on many articles, with a progress bar on a terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

#: Articles that are worked on at a time: one is read while another is written.
_CONCURRENCY = 2


async def work_on_all(items: Sequence[T], work: Callable[[T], Awaitable[None]], *, done: int = 0) -> None:
    """Await ``work(item)`` for every item, two at a time. ``done`` is the number of items that an earlier run did."""
    from tqdm import tqdm

    remaining = iter(items)
    disabled = not sys.stderr.isatty()
    with tqdm(total=done + len(items), initial=done, unit="article", disable=disabled) as bar:

        async def work_on_next() -> None:
            for item in remaining:
                await work(item)
                bar.update()

        await asyncio.gather(*(work_on_next() for _ in range(_CONCURRENCY)))
