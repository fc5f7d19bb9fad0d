"""The wire as a client sees it: what is asked in which words, and what is made of the answers. Opens no connection."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any, Literal, TypedDict, TypeVar

import httpx2
from pydantic import TypeAdapter, ValidationError

from standfirst.client.failures import ClientError, ServiceError, Unreachable
from standfirst.client.results import ArticleInfo, Briefing, Job, JobResult, PlacedSentence, Verification

T = TypeVar("T")

BRIEFINGS, VERIFICATIONS, JOBS = "/v1/briefings", "/v1/verify", "/v1/jobs"

#: Seconds before the first try again where nothing answers; they double with each.
_FIRST_WAIT = 0.5

_BRIEFING, _VERIFICATION, _JOB = TypeAdapter(Briefing), TypeAdapter(Verification), TypeAdapter(Job)
_ARTICLE, _PLACED = TypeAdapter(ArticleInfo), TypeAdapter(PlacedSentence)


class Given(TypedDict, total=False):
    """An article, as exactly one of ``text``, ``html`` and ``url``; ``title`` where it is known."""

    text: str
    html: str
    url: str
    title: str


class Wanted(Given, total=False):
    """An article, and what is wanted of it, as ``/v1/briefings`` has it; what is not said is the service's default."""

    points: int
    max_words: int
    on_unsupported: Literal["replace", "drop", "flag"]
    model: str
    timeout_s: float
    on_timeout: Literal["error", "quote"]


def headers(key: str | None) -> dict[str, str]:
    """What every request carries."""
    return {} if key is None else {"Authorization": f"Bearer {key}"}


def briefing(response: httpx2.Response) -> Briefing:
    """The briefing that came."""
    return _read(_BRIEFING, response.content)


def verification(response: httpx2.Response) -> Verification:
    """The verification that came."""
    return _read(_VERIFICATION, response.content)


def job(response: httpx2.Response) -> Job:
    """The job that came."""
    return _read(_JOB, response.content)


def job_request(items: Iterable[Wanted], webhook: str | None) -> dict[str, Any]:
    """The body that hands in a job."""
    return {"items": list(items)} | ({} if webhook is None else {"webhook": webhook})


def job_result(line: str) -> JobResult:
    """A line of a job's results."""
    told = json.loads(line)
    if "briefing" in told:
        return JobResult(told["index"], briefing=_BRIEFING.validate_python(told["briefing"]))
    return JobResult(told["index"], error=_problem(told["error"]))


def step(event: httpx2.ServerSentEvent) -> ArticleInfo | PlacedSentence | Briefing:
    """A step of a briefing that is being made. Raises ``ServiceError`` where the step is one."""
    match event.event:
        case "article":
            return _read(_ARTICLE, event.data)
        case "sentence":
            return _read(_PLACED, event.data)
        case "done":
            return _read(_BRIEFING, event.data)
        case _:
            raise _problem(json.loads(event.data))


def ended_job(event: httpx2.ServerSentEvent) -> Job | None:
    """The job, where ``event`` says that it has ended."""
    return _read(_JOB, event.data) if event.event == "done" else None


def failure(response: httpx2.Response) -> ServiceError:
    """What an answer that is an error says; its body has been read."""
    said = response.headers.get("retry-after", "")
    retry_after = float(said) if said.isdecimal() else None
    try:
        problem = response.json()
        return _problem(problem, retry_after)
    except (ValueError, KeyError, TypeError):  # from something between here and the service
        message = f"{response.url.host} answered {response.status_code}, and not as this service does."
        return ServiceError(message, "http_error", response.status_code, retry_after)


def unreachable(error: httpx2.TransportError, address: httpx2.URL) -> Unreachable:
    """What a broken or missing connection means."""
    return Unreachable(f"There was no whole answer from {address}: {str(error) or type(error).__name__}.")


def _read(adapter: TypeAdapter[T], content: str | bytes) -> T:
    try:
        return adapter.validate_json(content)
    except ValidationError:
        raise ClientError("What answers there is not this service, or a version of it that is not known.") from None


def _problem(told: dict[str, Any], retry_after: float | None = None) -> ServiceError:
    return ServiceError(told["detail"], told["code"], told["status"], retry_after, told["request_id"])


class Patience:
    """How long a request is tried again, in all: ``seconds`` from now on."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._next = _FIRST_WAIT

    def wait(self, error: ClientError) -> float:
        """The seconds to wait before the next try: as long as the service says, where it does.

        Raises ``error`` where another try is of no use, or would come too late.
        """
        if isinstance(error, ServiceError):
            seconds = error.retry_after
        else:
            seconds, self._next = self._next, 2 * self._next
        if seconds is None or time.monotonic() + seconds > self._until:
            raise error
        return seconds
