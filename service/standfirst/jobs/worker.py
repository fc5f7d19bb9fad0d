"""The worker: takes items of jobs from the store, one after the other, and writes what became of each.

What working on an item means is a function that is passed in. A process that is killed loses nothing: its leases
expire, and the items are taken again.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress

from standfirst.domain.job import ItemState, Lease
from standfirst.errors import GaveUp, StoreFailed
from standfirst.store.jobs import LEASE_SECONDS, JobStore
from standfirst.telemetry import span
from standfirst_models.errors import EngineStopped, InferenceFailed, NotReady

_log = logging.getLogger(__name__)

#: From an item that is leased to its result, as JSON. Raises whatever is wrong with it.
Work = Callable[[Lease], Awaitable[str]]
#: From an error to the problem that tells of it, as JSON.
Explain = Callable[[Exception], str]

#: Seconds between looks for new items, and between renewals of a lease: how long a cancelled item is worked on.
_LOOK = 1.0
_RENEW = 2.0
#: An item is given up when so many processes ended while they worked on it.
_TRIES = 5
#: An item is failed when the models failed on it so many times; seconds between them.
_FAILURES, _FAILURE_PAUSE = 3, 1.0
#: Seconds to wait where the store does not answer.
_STORE_PAUSE = 5.0


class Worker:
    """Works on ``lanes`` items at a time; one that the models could not serve is begun again after ``serving()``."""

    def __init__(
        self, store: JobStore, work: Work, explain: Explain, serving: Callable[[], Awaitable[None]], *, lanes: int
    ) -> None:
        self._store = store
        self._work = work
        self._explain = explain
        self._serving = serving
        self._lanes = lanes
        self._arrived = asyncio.Event()

    def wake(self) -> None:
        """Look for items now: a job has been made."""
        self._arrived.set()

    async def run(self) -> None:
        """Work until cancelled; what is being worked on then is handed back."""
        async with asyncio.TaskGroup() as lanes:
            for _ in range(self._lanes):
                lanes.create_task(self._lane())

    async def _lane(self) -> None:
        while True:
            try:
                lease = await asyncio.to_thread(self._store.lease)
                if lease is None:
                    self._arrived.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_LOOK):
                            await self._arrived.wait()
                else:
                    await self._serve(lease)
            except StoreFailed as error:
                _log.warning("jobs wait: %s", error)
                await asyncio.sleep(_STORE_PAUSE)
            except Exception as error:
                # What nobody expected of one item must not end the work on all others.
                lines = "".join(traceback.format_tb(error.__traceback__))
                _log.error("the work on an item failed: %s\n%s", type(error).__name__, lines)
                await asyncio.sleep(_STORE_PAUSE)

    async def _serve(self, lease: Lease) -> None:
        """Work on one item for as long as its lease is held, and write its result."""
        task = asyncio.create_task(self._outcome(lease))
        try:
            while True:
                done, _ = await asyncio.wait({task}, timeout=_RENEW)
                if done:
                    break
                if not await self._holds(lease):
                    return
            await self._finish(lease, *task.result())
        except asyncio.CancelledError:
            # The service ends: whoever comes next need not wait for the lease to expire.
            with suppress(StoreFailed):
                await asyncio.shield(asyncio.to_thread(self._store.hand_back, lease))
            raise
        except EngineStopped as error:
            await asyncio.to_thread(self._store.hand_back, lease)
            _log.warning("jobs wait: %s", error)
            await asyncio.sleep(LEASE_SECONDS)
        except StoreFailed:
            await asyncio.to_thread(self._store.hand_back, lease)
            raise
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _holds(self, lease: Lease) -> bool:
        """Whether the item is still this worker's; it is, for all that is known, where the store does not answer."""
        try:
            return await asyncio.to_thread(self._store.renew, lease)
        except StoreFailed as error:
            _log.warning("a lease is not renewed: %s", error)
            return True

    async def _finish(self, lease: Lease, state: ItemState, content: str) -> None:
        """Write a result. Where the store does not take it now it is kept for later: it was work."""
        while True:
            try:
                await asyncio.to_thread(self._store.finish, lease, state, content)
                return
            except StoreFailed as error:
                _log.warning("a result waits to be written: %s", error)
                await asyncio.sleep(_STORE_PAUSE)

    async def _outcome(self, lease: Lease) -> tuple[ItemState, str]:
        if lease.tries > _TRIES:
            error = GaveUp("The service ended several times while it worked on this item.")
            return ItemState.FAILED, self._explain(error)
        failures = 0
        while True:
            try:
                with span("item"):
                    return ItemState.DONE, await self._work(lease)
            except NotReady as away:
                pause = away.retry_after
            except (EngineStopped, StoreFailed):
                raise
            except InferenceFailed as error:  # it may be what ran beside it, or the end of the process that it ran in
                failures += 1
                if failures == _FAILURES:
                    return ItemState.FAILED, self._explain(error)
                pause = _FAILURE_PAUSE
            except Exception as error:
                return ItemState.FAILED, self._explain(error)
            await asyncio.sleep(pause)
            # The work begins with fetching the page, which is not to be asked for in vain, again and again.
            await self._serving()
