"""The concurrency limit: how many blocks of code run at a time, and which runs next.

It is for one event loop: nothing is locked.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class ConcurrencyLimit:
    """A semaphore of ``limit`` permits, in order of arrival. Patient holders wait behind all others.

    Patient holders have at most ``patient`` permits, so that others find free ones.
    """

    def __init__(self, limit: int, *, patient: int) -> None:
        self._limit = limit
        self._patient_limit = patient
        self._running = 0
        self._running_patient = 0
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._patient: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def acquire(self, *, patient: bool) -> AsyncIterator[None]:
        """Wait for a permit and hold it for the block."""
        queue = self._patient if patient else self._urgent
        permit = asyncio.get_running_loop().create_future()
        queue.append(permit)
        self._grant_free()
        try:
            await permit
        except asyncio.CancelledError:
            if not permit.cancelled():  # granted just before the caller was cancelled
                self._release(patient)
            with suppress(ValueError):
                queue.remove(permit)
            raise
        try:
            yield
        finally:
            self._release(patient)

    def _release(self, patient: bool) -> None:
        self._running -= 1
        self._running_patient -= patient
        self._grant_free()

    def _grant_free(self) -> None:
        """Grant the free permits to those who have waited longest."""
        while self._urgent and self._running < self._limit:
            self._grant(self._urgent.popleft(), patient=False)
        # Here no urgent caller waits, or no permit is free.
        while self._patient and self._running < self._limit and self._running_patient < self._patient_limit:
            self._grant(self._patient.popleft(), patient=True)

    def _grant(self, permit: asyncio.Future[None], *, patient: bool) -> None:
        if permit.cancelled():  # its caller is cancelled and has not run since
            return
        self._running += 1
        self._running_patient += patient
        permit.set_result(None)
