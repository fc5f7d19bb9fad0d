"""The blocking client. Generated from ``asynchronous.py`` by ``make client``: edit that file."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing
from time import sleep
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx2

from standfirst.client import wire
from standfirst.client.digest import Digest
from standfirst.client.failures import ClientError, Unreachable
from standfirst.client.results import ArticleInfo, Briefing, Job, JobResult, PlacedSentence, Verification
from standfirst.client.wire import ArticleRequest, BriefingRequest, DigestItem, DigestOptions, RetryBudget

T = TypeVar("T")


class StandfirstClient:
    """A client of the service at ``base_url``. Used in a ``with`` block, it closes its connections at the end.

    ``timeout`` is the limit in seconds for an answer, and for the next event of a stream. Requests that the service
    refuses for now (429, 503) or does not answer are retried for up to ``patience`` seconds in all, each after the
    time that the service names. Every method raises ``ServiceError`` and ``Unreachable``.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        key: str | None = None,
        *,
        timeout: float = 330.0,
        patience: float = 60.0,
    ) -> None:
        self._http = httpx2.Client(base_url=base_url, headers=wire.headers(key), timeout=timeout)
        self._patience = patience

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def brief(self, **request: Unpack[BriefingRequest]) -> Briefing:
        """Return the briefing of an article."""
        return wire.briefing(self._send("POST", wire.BRIEFINGS, json=request))

    def find(self, briefing_id: str) -> Briefing:
        """Return a stored briefing."""
        return wire.briefing(self._send("GET", f"{wire.BRIEFINGS}/{briefing_id}"))

    def verify(self, summary: str, **article: Unpack[ArticleRequest]) -> Verification:
        """Return what the article backs of each sentence of ``summary``."""
        return wire.verification(self._send("POST", wire.VERIFICATIONS, json={"summary": summary, **article}))

    def stream(self, **request: Unpack[BriefingRequest]) -> Generator[ArticleInfo | PlacedSentence | Briefing]:
        """Yield a briefing while it is made: its article, each sentence once it is accepted, then the whole.

        To close the iterator before its end cancels the briefing.
        """
        steps = self._events(
            lambda: self._http.sse(wire.BRIEFINGS, method="POST", json=request),
            wire.step,
            lambda step: isinstance(step, Briefing),
        )
        with closing(steps):
            yield from steps

    def submit(
        self, items: Iterable[BriefingRequest], *, webhook: str | None = None, idempotency_key: str | None = None
    ) -> Job:
        """Submit a job of many articles. The same ``idempotency_key`` and items always give the same job."""
        return self._submit(wire.JOBS, wire.job_request(items, webhook), idempotency_key)

    def job(self, job_id: str) -> Job:
        """Return the current state of a job."""
        return wire.job(self._send("GET", f"{wire.JOBS}/{job_id}"))

    def wait(self, job_id: str) -> Job:
        """Wait until a job has ended, without a time limit, and return it."""
        return self._wait(f"{wire.JOBS}/{job_id}")

    def results(self, job_id: str) -> Iterator[JobResult]:
        """Yield the results of the items of a job that have ended, in the order of submission."""
        try:
            with self._http.stream("GET", f"{wire.JOBS}/{job_id}/results") as response:
                self._check(response)
                for line in response.iter_lines():
                    yield wire.job_result(line)
        except httpx2.TransportError as error:
            raise wire.unreachable(error, self._http.base_url) from error

    def cancel(self, job_id: str) -> Job:
        """Cancel the items of a job that have not ended."""
        return wire.job(self._send("DELETE", f"{wire.JOBS}/{job_id}"))

    def submit_digest(
        self,
        items: Iterable[DigestItem],
        *,
        webhook: str | None = None,
        idempotency_key: str | None = None,
        **options: Unpack[DigestOptions],
    ) -> Job:
        """Submit articles to be grouped by story. The result is a job, whose last item is the digest itself."""
        request = wire.job_request(items, webhook) | {**options}
        return self._submit(wire.DIGESTS, request, idempotency_key)

    def digest_job(self, digest_id: str) -> Job:
        """Return the current state of a digest."""
        return wire.job(self._send("GET", f"{wire.DIGESTS}/{digest_id}"))

    def digest(self, digest_id: str) -> Digest:
        """Wait until a digest is made, without a time limit, and return it."""
        self._wait(f"{wire.DIGESTS}/{digest_id}")
        return wire.digest(self._send("GET", f"{wire.DIGESTS}/{digest_id}/result"))

    def cancel_digest(self, digest_id: str) -> Job:
        """Cancel what has not ended of a digest."""
        return wire.job(self._send("DELETE", f"{wire.DIGESTS}/{digest_id}"))

    def feed(self, url: str) -> bytes:
        """Return the feed at ``url`` as an Atom document, with a briefing of each story that is condensed so far."""
        response = self._send("GET", wire.FEED, params={"url": url})
        return response.content

    def _submit(self, path: str, request: dict[str, Any], idempotency_key: str | None) -> Job:
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        return wire.job(self._send("POST", path, json=request, headers=headers))

    def _wait(self, path: str) -> Job:
        """Return the job or digest at ``path`` once it has ended."""
        events = self._events(lambda: self._http.sse(f"{path}/events"), wire.ended_job, lambda job: job is not None)
        [job] = [job for job in events if job is not None]
        return job

    def _send(self, method: str, path: str, **options: Any) -> httpx2.Response:
        budget = RetryBudget(self._patience)
        while True:
            try:
                response = self._http.request(method, path, **options)
                self._check(response)
                return response
            except httpx2.TransportError as error:
                sleep(budget.delay(wire.unreachable(error, self._http.base_url)))
            except ClientError as error:
                sleep(budget.delay(error))

    def _events(
        self,
        connect: Callable[[], AbstractContextManager[httpx2.EventSource]],
        read: Callable[[httpx2.ServerSentEvent], T],
        is_last: Callable[[T], bool],
    ) -> Generator[T]:
        """Yield the events of a stream up to the last. The request is retried only before the first event."""
        budget, has_begun = RetryBudget(self._patience), False
        while True:
            try:
                with connect() as events:
                    self._check(events.response)
                    for event in events:
                        has_begun = True
                        value = read(event)
                        yield value
                        if is_last(value):
                            return
                raise Unreachable(f"The stream from {self._http.base_url} ended before its last event.")
            except httpx2.TransportError as error:
                failure: ClientError = wire.unreachable(error, self._http.base_url)
            except ClientError as error:
                failure = error
            if has_begun:
                raise failure
            sleep(budget.delay(failure))

    def _check(self, response: httpx2.Response) -> None:
        if not response.is_success:
            response.read()
            raise wire.failure(response)
