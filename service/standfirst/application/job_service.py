"""The job service: accepts jobs and digests of callers, and returns their states and results."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import Any

from standfirst.application.keys import Caller
from standfirst.application.problems import to_problem
from standfirst.application.quota import refund, within_quota
from standfirst.domain.job import ItemResult, ItemState, Job
from standfirst.errors import Cancelled, FetchFailed, InvalidRequest
from standfirst.jobs.tasks import DigestTask, Task, dump_task
from standfirst.reading.fetch import FetchPolicy, parse_url
from standfirst.store.jobs import JobStore
from standfirst.store.usage import UsageStore

#: Results that are read from the store at a time.
_PAGE_SIZE = 50


class JobService:
    """Jobs of callers. A caller finds only the jobs that it created.

    ``wake`` is called when a job is created. ``webhook_policy`` says to which addresses webhooks may go; without it
    there are none. Every method raises ``StoreFailed`` if the database does not answer.
    """

    def __init__(
        self, store: JobStore, usage: UsageStore, wake: Callable[[], None], webhook_policy: FetchPolicy | None
    ) -> None:
        self._store = store
        self._usage = usage
        self._wake = wake
        self._webhook_policy = webhook_policy

    async def create(
        self,
        caller: Caller,
        tasks: Sequence[Task],
        request: Any,
        idempotency_key: str | None = None,
        *,
        webhook: str | None = None,
        final: DigestTask | None = None,
    ) -> Job:
        """Create a job of ``tasks``, and of a ``final`` one; or return the one of the same ``idempotency_key``.

        ``request`` is the body of the request as JSON. Raises ``IdempotencyConflict`` if the key was sent with
        another body, ``QuotaExceeded``, and ``InvalidRequest`` if the webhook cannot be sent.
        """
        if webhook is not None:
            self._check_webhook(webhook)
        digest = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
        same = partial(self._store.find_same, caller.name, idempotency_key, digest, has_final=final is not None)
        known = await asyncio.to_thread(same)
        if known is not None:
            return known
        create = partial(
            self._store.create,
            caller.name,
            [dump_task(task) for task in tasks],
            digest,
            idempotency_key,
            webhook,
            None if final is None else dump_task(final),
        )
        job, is_new = await within_quota(caller, self._usage, len(tasks), partial(asyncio.to_thread, create))
        if is_new:
            self._wake()
        else:  # an identical request was a moment earlier
            await refund(caller, self._usage, len(tasks))
        return job

    async def find(self, job_id: str, caller: Caller, *, has_final: bool = False) -> Job:
        """Return the caller's job of that id, with or without a final item. Raises ``NotFound``."""
        return await asyncio.to_thread(partial(self._store.find, job_id, caller.name, has_final=has_final))

    async def states(self, job: Job) -> list[ItemState]:
        """Return the state of each item, in order."""
        return await asyncio.to_thread(self._store.states, job.id)

    def results(self, job: Job) -> AsyncIterator[ItemResult]:
        """Yield the results of the items that have ended, in order."""
        return read_results(self._store, job.id)

    async def ended_items(self, job_id: str) -> list[ItemResult]:
        """Return the results of the items that have ended, of a job of any caller. Raises ``NotFound``."""
        await asyncio.to_thread(self._store.get, job_id)
        return [result async for result in read_results(self._store, job_id)]

    async def final_result(self, job: Job) -> ItemResult | None:
        """Return the result of the final item, or None if it has not ended."""
        found = await asyncio.to_thread(self._store.results, job.id, job.item_count - 2, 1)
        return found[0] if found else None

    async def cancel(self, job_id: str, caller: Caller, detail: str, *, has_final: bool = False) -> Job:
        """End the items that have not ended. Their result is the problem ``cancelled`` with ``detail``.

        Raises ``NotFound``.
        """
        content = to_problem(Cancelled(detail)).model_dump_json()
        cancel = partial(self._store.cancel, job_id, caller.name, content, has_final=has_final)
        return await asyncio.to_thread(cancel)

    def _check_webhook(self, url: str) -> None:
        if self._webhook_policy is None:
            raise InvalidRequest("This service sends no webhooks: its operator sets STANDFIRST_WEBHOOK_SECRET first.")
        try:
            parse_url(url, self._webhook_policy)
        except FetchFailed as error:
            raise InvalidRequest(f"webhook: {error}") from error


async def read_results(store: JobStore, job_id: str) -> AsyncIterator[ItemResult]:
    """Yield the results of the items of a job that have ended, in order."""
    after = -1
    while page := await asyncio.to_thread(store.results, job_id, after, _PAGE_SIZE):
        for result in page:
            yield result
        after = page[-1].position
