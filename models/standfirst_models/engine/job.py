"""A job: the items that one caller submitted, and the future that the caller awaits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True, eq=False)
class Job(Generic[Item, Result]):
    """One submission. Its caller lives in ``loop``; its methods may be called from any thread.

    ``ended`` is true once the job has an outcome or its caller has gone: work on it is wasted from then on.
    """

    items: Sequence[Item]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[list[Result]]
    patient: bool
    emit: Callable[[int, Result], None] | None
    arrived: float = field(default_factory=time.monotonic)
    results: dict[int, Result] = field(default_factory=dict)
    ended: bool = False

    def add(self, index: int, result: Result) -> None:
        """Store the result of item ``index``, or its beginning, and emit it, unless it is stored already."""
        if index in self.results and self.results[index] == result:
            return
        self.results[index] = result
        if self.emit is not None and not self.ended:
            with suppress(RuntimeError):  # the loop is closed: the caller has gone
                self.loop.call_soon_threadsafe(self.emit, index, result)

    def finish(self, outcome: list[Result] | Exception) -> None:
        """End the job: the caller gets ``outcome``, unless it has gone."""

        def settle() -> None:
            if self.future.done():
                return
            if isinstance(outcome, Exception):
                self.future.set_exception(outcome)
            else:
                self.future.set_result(outcome)

        self.ended = True
        with suppress(RuntimeError):  # the loop is closed: the caller has gone
            self.loop.call_soon_threadsafe(settle)
