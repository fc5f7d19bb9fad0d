"""The client for asyncio. Method for method as the one that blocks."""

from __future__ import annotations

import uuid
from asyncio import sleep
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, aclosing
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx2

from standfirst.client import wire
from standfirst.client.failures import ClientError, Unreachable
from standfirst.client.results import ArticleInfo, Briefing, Job, JobResult, PlacedSentence, Verification
from standfirst.client.wire import Given, Patience, Wanted

T = TypeVar("T")


class AsyncStandfirstClient:
    """Speaks with the service at ``base_url``; an async context manager, which closes its connections.

    ``timeout`` is the seconds that an answer, or the next step of a stream, may take. What the service refuses for now
    (429, 503) or does not answer is asked again, when it says, for up to ``patience`` seconds in all. Every method
    raises ``ServiceError`` and ``Unreachable``.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        key: str | None = None,
        *,
        timeout: float = 330.0,
        patience: float = 60.0,
    ) -> None:
        self._http = httpx2.AsyncClient(base_url=base_url, headers=wire.headers(key), timeout=timeout)
        self._patience = patience

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def brief(self, **wanted: Unpack[Wanted]) -> Briefing:
        """The briefing of an article."""
        return wire.briefing(await self._answer("POST", wire.BRIEFINGS, json=wanted))

    async def find(self, briefing_id: str) -> Briefing:
        """A briefing that was made before."""
        return wire.briefing(await self._answer("GET", f"{wire.BRIEFINGS}/{briefing_id}"))

    async def verify(self, summary: str, **given: Unpack[Given]) -> Verification:
        """What an article backs of ``summary``."""
        return wire.verification(await self._answer("POST", wire.VERIFICATIONS, json={"summary": summary, **given}))

    async def stream(self, **wanted: Unpack[Wanted]) -> AsyncGenerator[ArticleInfo | PlacedSentence | Briefing, None]:
        """A briefing as it comes about: its article, each sentence as soon as it is shown, and the whole.

        The briefing is given up when the iterator is closed before.
        """
        steps = self._steps(
            lambda: self._http.sse(wire.BRIEFINGS, method="POST", json=wanted),
            wire.step,
            lambda s: isinstance(s, Briefing),
        )
        async with aclosing(steps):
            async for step in steps:
                yield step

    async def submit(
        self, items: Iterable[Wanted], *, webhook: str | None = None, idempotency_key: str | None = None
    ) -> Job:
        """Hand in many articles. With a key of one's own the same job is the same, whenever it is handed in again."""
        once = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        return wire.job(await self._answer("POST", wire.JOBS, json=wire.job_request(items, webhook), headers=once))

    async def job(self, job_id: str) -> Job:
        """A job as it is now."""
        return wire.job(await self._answer("GET", f"{wire.JOBS}/{job_id}"))

    async def wait(self, job_id: str) -> Job:
        """A job when it has ended, however long that takes."""
        steps = self._steps(
            lambda: self._http.sse(f"{wire.JOBS}/{job_id}/events"), wire.ended_job, lambda ended: ended is not None
        )
        [ended] = [ended async for ended in steps if ended is not None]
        return ended

    async def results(self, job_id: str) -> AsyncIterator[JobResult]:
        """What became of the items of a job that have ended, in the order in which they were handed in."""
        try:
            async with self._http.stream("GET", f"{wire.JOBS}/{job_id}/results") as response:
                await self._check(response)
                async for line in response.aiter_lines():
                    yield wire.job_result(line)
        except httpx2.TransportError as error:
            raise wire.unreachable(error, self._http.base_url) from error

    async def cancel(self, job_id: str) -> Job:
        """End the items of a job that have not ended."""
        return wire.job(await self._answer("DELETE", f"{wire.JOBS}/{job_id}"))

    async def _answer(self, method: str, path: str, **sent: Any) -> httpx2.Response:
        patience = Patience(self._patience)
        while True:
            try:
                response = await self._http.request(method, path, **sent)
                await self._check(response)
                return response
            except httpx2.TransportError as error:
                await sleep(patience.wait(wire.unreachable(error, self._http.base_url)))
            except ClientError as error:
                await sleep(patience.wait(error))

    async def _steps(
        self,
        opened: Callable[[], AbstractAsyncContextManager[httpx2.EventSource]],
        read: Callable[[httpx2.ServerSentEvent], T],
        is_last: Callable[[T], bool],
    ) -> AsyncGenerator[T, None]:
        """What is read of each event until the last; tried again for as long as none has come."""
        patience, begun = Patience(self._patience), False
        while True:
            try:
                async with opened() as events:
                    await self._check(events.response)
                    async for event in events:
                        begun = True
                        step = read(event)
                        yield step
                        if is_last(step):
                            return
                raise Unreachable(f"The stream from {self._http.base_url} ended before its last step.")
            except httpx2.TransportError as error:
                failed: ClientError = wire.unreachable(error, self._http.base_url)
            except ClientError as error:
                failed = error
            if begun:
                raise failed
            await sleep(patience.wait(failed))

    async def _check(self, response: httpx2.Response) -> None:
        if not response.is_success:
            await response.aread()
            raise wire.failure(response)
