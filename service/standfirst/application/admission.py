"""The admission queue: how many articles may run or wait at a time, and whose turn is next.

An article takes a slot before any costly work begins, so a refused one costs the others nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Protocol

from standfirst.errors import QueueFull

#: Articles that run at a time: enough to fill the models' batches while others are being ranked and checked.
_CONCURRENCY = 16
#: Weight of the newest article in the moving average of the seconds per article.
_PACE_WEIGHT = 0.2


class OpenSlot(Protocol):
    """What opens a slot."""

    def __call__(
        self, caller: str, /, on_accepted: Callable[[], None] = lambda: None
    ) -> AbstractAsyncContextManager[None]:
        """Return the slot for the caller of that name, which is held while the block runs.

        ``on_accepted`` is called as soon as it is certain that the slot will come, which may be long before its turn.
        """
        ...


def unlimited(_: str, on_accepted: Callable[[], None] = lambda: None) -> AbstractAsyncContextManager[None]:
    """Return a slot that is always free: for programs that work for one caller."""
    on_accepted()
    return nullcontext()


class AdmissionQueue:
    """A queue of ``limit`` slots, of which ``concurrency`` run at a time; callers take turns.

    It belongs to one event loop and takes no locks.
    """

    def __init__(self, limit: int, concurrency: int = _CONCURRENCY) -> None:
        self._limit = limit
        self._concurrency = concurrency
        self._taken = 0
        self._pace = 1.0
        #: The number of articles that run.
        self.running = 0
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @property
    def waiting(self) -> int:
        """The number of articles that wait for their turn."""
        return self._taken - self.running

    @property
    def retry_after(self) -> float:
        """Seconds after which a caller should try again if all slots are taken; 0 if one is free."""
        return max(1.0, self._pace * self._taken) if self._taken >= self._limit else 0.0

    @asynccontextmanager
    async def slot(self, caller: str, on_accepted: Callable[[], None] = lambda: None) -> AsyncIterator[None]:
        """Hold a slot while the block runs; the block begins when it is the caller's turn.

        ``on_accepted`` is called before the wait for the turn. Raises ``QueueFull``.
        """
        if delay := self.retry_after:
            raise QueueFull(f"{self._taken} articles are being worked on or waiting already.", delay)
        self._taken += 1
        started, completed = time.monotonic(), False
        try:
            on_accepted()
            await self._turn(caller)
            try:
                yield
                completed = True
            finally:
                self._pass_on()
        finally:
            seconds = (time.monotonic() - started) / self._taken
            self._taken -= 1
            # The time of an abandoned wait is a lower bound: it may raise the average, not lower it.
            if completed or seconds > self._pace:
                self._pace += _PACE_WEIGHT * (seconds - self._pace)

    async def _turn(self, caller: str) -> None:
        """Wait for the caller's turn."""
        if self.running < self._concurrency:
            self.running += 1
            return
        turn = asyncio.get_running_loop().create_future()
        turns = self._waiting.setdefault(caller, deque())
        turns.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # the turn came at the same moment
                self._pass_on()
            else:
                turns.remove(turn)
                if not turns and self._waiting.get(caller) is turns:
                    del self._waiting[caller]
            raise

    def _pass_on(self) -> None:
        """Give the turn to the caller whose last turn is longest ago."""
        for caller, turns in self._waiting.items():
            turn = next((turn for turn in turns if not turn.done()), None)
            if turn is None:  # all of them were cancelled, or have their turn
                continue
            turns.remove(turn)
            del self._waiting[caller]
            if turns:
                self._waiting[caller] = turns  # at the end, behind the other callers
            turn.set_result(None)
            return
        self.running -= 1
