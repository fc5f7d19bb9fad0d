"""Places: how many articles may be worked on or wait at a time, whose turn it is, and when it is worth asking again.

A place is taken before anything costly is done, so that what is refused costs the others nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from standfirst.errors import QueueFull

#: Articles that are worked on at a time: enough to fill batches while others are weighed and judged.
_AT_ONCE = 16
#: How much of the newest article's time goes into the running mean that ``full_for`` is made of.
_PACE_SHARE = 0.2


class AdmissionQueue:
    """So many places as ``limit`` says; callers who wait take turns, however much one of them asks.

    For one event loop: nothing here is locked.
    """

    def __init__(self, limit: int, at_once: int = _AT_ONCE) -> None:
        self._limit = limit
        self._at_once = at_once
        self._taken = 0
        self._pace = 1.0
        #: How many articles are worked on.
        self.running = 0
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @property
    def waiting(self) -> int:
        """How many articles wait for their turn."""
        return self._taken - self.running

    @property
    def full_for(self) -> float:
        """Seconds until it is worth asking, where all places are taken now; 0 where one is free."""
        return max(1.0, self._pace * self._taken) if self._taken >= self._limit else 0.0

    @asynccontextmanager
    async def place(self, caller: str) -> AsyncIterator[None]:
        """A place for the block, which begins when it is this caller's turn.

        Raises ``QueueFull``, which says when to try again.
        """
        wait = self.full_for
        if wait:
            raise QueueFull(f"{self._taken} articles are being worked on or waiting already.", wait)
        self._taken += 1
        started, served = time.monotonic(), False
        try:
            await self._turn(caller)
            try:
                yield
                served = True
            finally:
                self._pass_on()
        finally:
            took = (time.monotonic() - started) / self._taken
            self._taken -= 1
            # Who left had waited in vain: it would have taken that long at least.
            if served or took > self._pace:
                self._pace += _PACE_SHARE * (took - self._pace)

    async def _turn(self, caller: str) -> None:
        if self.running < self._at_once:
            self.running += 1
            return
        turn = asyncio.get_running_loop().create_future()
        turns = self._waiting.setdefault(caller, deque())
        turns.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had just been given
                self._pass_on()
            else:
                turns.remove(turn)
                if not turns and self._waiting.get(caller) is turns:
                    del self._waiting[caller]
            raise

    def _pass_on(self) -> None:
        """Give the turn to the caller who has waited longest for one."""
        for caller, turns in self._waiting.items():
            turn = next((turn for turn in turns if not turn.done()), None)
            if turn is None:  # they have all just gone, or been given theirs
                continue
            turns.remove(turn)
            del self._waiting[caller]
            if turns:
                self._waiting[caller] = turns  # behind the others
            turn.set_result(None)
            return
        self.running -= 1
