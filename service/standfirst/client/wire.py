"""The wire format of requests and answers, and the retry policy. Opens no connections."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any, Literal, TypedDict, TypeVar

import httpx2
from pydantic import TypeAdapter, ValidationError

from standfirst.client.digest import Digest
from standfirst.client.failures import ClientError, ServiceError, Unreachable
from standfirst.client.results import ArticleInfo, Briefing, Job, JobResult, PlacedSentence, Verification

T = TypeVar("T")

BRIEFINGS, VERIFICATIONS, JOBS = "/v1/briefings", "/v1/verify", "/v1/jobs"
DIGESTS, FEED = "/v1/digests", "/v1/feed"

#: Seconds before the first retry of a request without an answer; each further delay is twice as long.
_FIRST_DELAY = 0.5

_BRIEFING, _VERIFICATION, _JOB = TypeAdapter(Briefing), TypeAdapter(Verification), TypeAdapter(Job)
_ARTICLE, _PLACED, _DIGEST = TypeAdapter(ArticleInfo), TypeAdapter(PlacedSentence), TypeAdapter(Digest)


class ArticleRequest(TypedDict, total=False):
    """An article, as exactly one of ``text``, ``html`` and ``url``, and its ``title`` where it is known."""

    text: str
    html: str
    url: str
    title: str


class BriefingRequest(ArticleRequest, total=False):
    """The request body of ``/v1/briefings``. The service's defaults apply to what is left out."""

    points: int
    max_words: int
    on_unsupported: Literal["replace", "drop", "flag"]
    model: str
    timeout_s: float
    on_timeout: Literal["error", "quote"]


class DigestItem(ArticleRequest, total=False):
    """An article of a digest. ``briefing``, the id of a stored briefing, may stand in place of the article."""

    briefing: str


class DigestOptions(TypedDict, total=False):
    """The options of each briefing of a digest. The service's defaults apply to what is left out."""

    points: int
    max_words: int


def headers(key: str | None) -> dict[str, str]:
    """Return the headers of every request."""
    return {} if key is None else {"Authorization": f"Bearer {key}"}


def briefing(response: httpx2.Response) -> Briefing:
    """Parse a briefing."""
    return _read(_BRIEFING, response.content)


def verification(response: httpx2.Response) -> Verification:
    """Parse a verification."""
    return _read(_VERIFICATION, response.content)


def job(response: httpx2.Response) -> Job:
    """Parse a job."""
    return _read(_JOB, response.content)


def job_request(items: Iterable[ArticleRequest], webhook: str | None) -> dict[str, Any]:
    """Return the request body that submits a job or a digest."""
    return {"items": list(items)} | ({} if webhook is None else {"webhook": webhook})


def job_result(line: str) -> JobResult:
    """Parse a line of a job's results."""
    content = json.loads(line)
    if "briefing" in content:
        return JobResult(content["index"], briefing=_BRIEFING.validate_python(content["briefing"]))
    return JobResult(content["index"], error=_service_error(content["error"]))


def digest(response: httpx2.Response) -> Digest:
    """Parse a digest."""
    return _read(_DIGEST, response.content)


def step(event: httpx2.ServerSentEvent) -> ArticleInfo | PlacedSentence | Briefing:
    """Parse an event of a briefing that is being made. Raises ``ServiceError`` where the event is an error."""
    match event.event:
        case "article":
            return _read(_ARTICLE, event.data)
        case "sentence":
            return _read(_PLACED, event.data)
        case "done":
            return _read(_BRIEFING, event.data)
        case _:
            raise _service_error(json.loads(event.data))


def ended_job(event: httpx2.ServerSentEvent) -> Job | None:
    """Parse an event of a job: the job where the event is its end, else None."""
    return _read(_JOB, event.data) if event.event == "done" else None


def failure(response: httpx2.Response) -> ServiceError:
    """Return the error that a response describes. The response's body must have been read."""
    header = response.headers.get("retry-after", "")
    retry_after = float(header) if header.isdecimal() else None
    try:
        return _service_error(response.json(), retry_after)
    except (ValueError, KeyError, TypeError):  # an answer of a proxy, not of the service
        message = f"{response.url.host} answered {response.status_code} without a problem document of the service."
        return ServiceError(message, "http_error", response.status_code, retry_after)


def unreachable(error: httpx2.TransportError, address: httpx2.URL) -> Unreachable:
    """Return the client's error for a missing or broken connection."""
    return Unreachable(f"There was no complete answer from {address}: {str(error) or type(error).__name__}.")


def _read(adapter: TypeAdapter[T], content: str | bytes) -> T:
    try:
        return adapter.validate_json(content)
    except ValidationError:
        raise ClientError("The server is not this service, or an unknown version of it.") from None


def _service_error(problem: dict[str, Any], retry_after: float | None = None) -> ServiceError:
    return ServiceError(problem["detail"], problem["code"], problem["status"], retry_after, problem["request_id"])


class RetryBudget:
    """The time for the retries of one request: ``seconds`` from now."""

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._next_delay = _FIRST_DELAY

    def delay(self, error: ClientError) -> float:
        """Return the seconds to wait before the next try: what the service asks for, or exponential backoff.

        Raises ``error`` where a retry is useless or would come after the deadline.
        """
        if isinstance(error, ServiceError):
            seconds = error.retry_after
        else:
            seconds, self._next_delay = self._next_delay, 2 * self._next_delay
        if seconds is None or time.monotonic() + seconds > self._deadline:
            raise error
        return seconds
