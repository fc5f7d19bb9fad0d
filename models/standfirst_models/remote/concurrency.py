"""Turns: how many do something at a time, and who is next: patient ones when no others wait.

For one event loop: nothing here is locked.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class ConcurrencyLimit:
    """``at_once`` turns at a time, of which ``patient`` ones never have more than so many: some are free for others."""

    def __init__(self, at_once: int, *, patient: int) -> None:
        self._at_once = at_once
        self._most_patient = patient
        self._running = 0
        self._running_patient = 0
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._patient: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self, *, patient: bool) -> AsyncIterator[None]:
        """A turn for the block, which begins when it is there."""
        waiting = self._patient if patient else self._urgent
        turn = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        self._pass_on()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had just been given
                self._end(patient)
            with suppress(ValueError):
                waiting.remove(turn)
            raise
        try:
            yield
        finally:
            self._end(patient)

    def _end(self, patient: bool) -> None:
        self._running -= 1
        self._running_patient -= patient
        self._pass_on()

    def _pass_on(self) -> None:
        """Give what turns are free to those who have waited longest."""
        while self._urgent and self._running < self._at_once:
            self._give(self._urgent.popleft(), patient=False)
        # Here no urgent one waits, or no turn is free.
        while self._patient and self._running < self._at_once and self._running_patient < self._most_patient:
            self._give(self._patient.popleft(), patient=True)

    def _give(self, turn: asyncio.Future[None], *, patient: bool) -> None:
        if turn.cancelled():  # who waited for it has gone, and only does not know yet
            return
        self._running += 1
        self._running_patient += patient
        turn.set_result(None)
