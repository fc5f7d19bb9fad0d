"""The worker: leases items of jobs from the store, works on them, and stores their results.

What the work is, is passed in. A process that is killed loses nothing: its leases expire, and the items are leased
again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from standfirst.domain.job import ItemState, Lease
from standfirst.errors import GaveUp, StoreFailed
from standfirst.jobs.retry import retry
from standfirst.store.jobs import LEASE_SECONDS, JobStore
from standfirst.telemetry import log_unexpected, span
from standfirst_models.errors import EngineStopped

_log = logging.getLogger(__name__)

#: Returns the result of a leased item as JSON, or raises what is wrong with it.
Process = Callable[[Lease], Awaitable[str]]
#: Returns the problem of an error as JSON.
Explain = Callable[[Exception], str]

#: Seconds between two checks for new items.
_POLL_SECONDS = 1.0
#: Seconds between two renewals of a lease. A cancelled item is worked on for at most that long.
_RENEW_SECONDS = 2.0
#: The number of attempts at an item that the end of a process may interrupt. Then the item has failed.
_MAX_TRIES = 5
_STORE_PAUSE_SECONDS = 5.0


class Worker:
    """Works on ``concurrency`` items at a time, and repeats the work when ``available`` returns (see ``retry``)."""

    def __init__(
        self,
        store: JobStore,
        process: Process,
        explain: Explain,
        available: Callable[[], Awaitable[None]],
        *,
        concurrency: int,
    ) -> None:
        self._store = store
        self._process = process
        self._explain = explain
        self._available = available
        self._concurrency = concurrency
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Check for new items now: a job was created."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled. Items that are being worked on then are handed back."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._concurrency):
                group.create_task(self._work())

    async def _work(self) -> None:
        while True:
            try:
                lease = await self._lease()
                if lease is None:
                    self._woken.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_POLL_SECONDS):
                            await self._woken.wait()
                else:
                    await self._work_on(lease)
            except StoreFailed as error:
                _log.warning("jobs wait for the store: %s", error)
                await asyncio.sleep(_STORE_PAUSE_SECONDS)
            except Exception as error:
                # An unexpected error of one item must not stop the work on the others.
                log_unexpected(_log, "the work on an item", error)
                await asyncio.sleep(_STORE_PAUSE_SECONDS)

    async def _lease(self) -> Lease | None:
        """Lease an item, None if none waits. One that is leased while the service stops is handed back."""
        leasing = asyncio.ensure_future(asyncio.to_thread(self._store.lease))
        try:
            return await asyncio.shield(leasing)
        except asyncio.CancelledError:
            with suppress(StoreFailed):
                lease = await leasing
                if lease is not None:
                    await asyncio.to_thread(self._store.hand_back, lease)
            raise

    async def _work_on(self, lease: Lease) -> None:
        """Work on one item while its lease is held, and store its result."""
        task = asyncio.create_task(self._outcome(lease))
        try:
            while True:
                done, _ = await asyncio.wait({task}, timeout=_RENEW_SECONDS)
                if done:
                    break
                if not await self._renew(lease):
                    return
            await self._finish(lease, *task.result())
        except asyncio.CancelledError:
            # The service stops: the next worker need not wait until the lease expires.
            with suppress(StoreFailed):
                await asyncio.shield(asyncio.to_thread(self._store.hand_back, lease))
            raise
        except EngineStopped as error:
            await asyncio.to_thread(self._store.hand_back, lease)
            _log.warning("jobs wait for the models: %s", error)
            await asyncio.sleep(LEASE_SECONDS)
        except StoreFailed:
            await asyncio.to_thread(self._store.hand_back, lease)
            raise
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _renew(self, lease: Lease) -> bool:
        """Return whether the lease is still held. If the store does not answer, assume that it is."""
        try:
            return await asyncio.to_thread(self._store.renew, lease)
        except StoreFailed as error:
            _log.warning("a lease was not renewed: %s", error)
            return True

    async def _finish(self, lease: Lease, state: ItemState, content: str) -> None:
        """Store a result. Repeat until the store answers, so that the work is not lost."""
        while True:
            try:
                await asyncio.to_thread(self._store.finish, lease, state, content)
                return
            except StoreFailed as error:
                _log.warning("a result waits for the store: %s", error)
                await asyncio.sleep(_STORE_PAUSE_SECONDS)

    async def _outcome(self, lease: Lease) -> tuple[ItemState, str]:
        """Return the final state of an item and its result."""

        async def attempt() -> str:
            with span("item"):
                return await self._process(lease)

        try:
            if lease.tries > _MAX_TRIES:
                raise GaveUp("The service ended several times while it worked on this item.")
            return ItemState.DONE, await retry(attempt, self._available)
        except (EngineStopped, StoreFailed):
            raise
        except Exception as error:
            return ItemState.FAILED, self._explain(error)
