"""The routes of jobs: hand many articles in, see how far they are, take the results, cancel.

Annotations are evaluated here, not postponed: a route depends on a function of its router's (``found``).
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from standfirst.api.connection import in_time
from standfirst.api.middleware.limits import caller_of
from standfirst.api.negotiation import JSON_LINES
from standfirst.api.problems import documented
from standfirst.api.schemas.briefing import BriefingRequest
from standfirst.api.schemas.job import JobRequest, ProgressOut
from standfirst.application.briefing_service import BriefingService
from standfirst.application.keys import Caller
from standfirst.application.problems import Problem, to_problem
from standfirst.application.quota import refund, within_quota
from standfirst.domain.briefing import ModelStamp
from standfirst.domain.job import FINAL_STATES, ItemResult, ItemState, Job, Lease
from standfirst.errors import Cancelled, FetchFailed, InvalidRequest
from standfirst.reading.fetch import FetchPolicy, parse_url
from standfirst.rendering.json.briefing import BriefingOut
from standfirst.rendering.json.job import JobDetailsOut, JobEnded, JobOut
from standfirst.store.jobs import JobStore
from standfirst.store.usage import UsageStore
from standfirst_models.errors import UnknownModel

JobId = Annotated[str, Path(description="A job's id.", pattern="^[0-9a-f]{32}$")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        description="Of the caller's choosing: the same key and body give the same job, however often they are sent.",
    ),
]
#: Seconds between looks at a job whose events somebody follows.
_LOOK = 0.5
#: Results that are read from the store at once.
_PAGE = 50


def _line(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": ["index", kind], "properties": {"index": {"type": "integer"}, kind: schema}}


_RESULTS: dict[str, Any] = {
    "description": "A line for each item that has ended, in the order in which they were sent.",
    "content": {
        JSON_LINES: {
            "schema": {
                "anyOf": [
                    _line("briefing", {"$ref": "#/components/schemas/BriefingOut"}),
                    _line("error", Problem.model_json_schema()),
                ]
            }
        }
    },
}


def jobs_router(
    store: JobStore, stamp: ModelStamp, wake: Callable[[], None], usage: UsageStore, webhooks: FetchPolicy | None
) -> APIRouter:
    """The routes under ``/v1/jobs``. ``wake`` is called when a job has been made, ``usage`` counts its articles.

    ``webhooks`` says where they may go; None sends none.
    """
    router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

    @router.post(
        "",
        status_code=202,
        response_model=JobOut,
        responses=documented(400, 401, 408, 413, 415, 422, 429, 503),
        summary="Hand in many articles",
    )
    async def make(request: Request, wanted: JobRequest, idempotency_key: IdempotencyKey = None) -> Response:
        """Hand in 1 to 1,000 articles. They are condensed after whatever somebody waits for, and none is lost."""
        if wanted.webhook is not None:
            _check_webhook(wanted.webhook, webhooks)
        for item in wanted.items:
            if item.model not in (None, stamp.writer):
                raise UnknownModel(f"This service does not run {item.model!r}. It runs {stamp.writer!r}.")
        requests = [item.model_dump_json(exclude_none=True) for item in wanted.items]
        content = wanted.model_dump(mode="json")
        hand_in = partial(handed_in, store, usage, wake, caller_of(request), requests, content, idempotency_key)
        return accepted(router.prefix, await hand_in(webhook=wanted.webhook))

    async def found(request: Request, job_id: JobId) -> Job:
        return await asyncio.to_thread(store.find, job_id, caller_of(request).name)

    @router.get("/{job_id}", responses=documented(401, 404, 422, 503), summary="See how far a job is")
    async def show(job: Annotated[Job, Depends(found)]) -> JobDetailsOut:
        """How many of the job's items are in which state, and the state of each."""
        states = await asyncio.to_thread(store.states, job.id)
        return JobDetailsOut(**JobOut.of(job).model_dump(), item_states=states)

    @router.get(
        "/{job_id}/results",
        response_class=Response,
        responses={200: _RESULTS, **documented(401, 404, 422, 503)},
        summary="Take the results",
    )
    async def results(job: Annotated[Job, Depends(found)]) -> Response:
        """A line of JSON for each item that has ended: `index`, and `briefing` or `error`."""

        async def lines() -> AsyncIterator[str]:
            async for result in results_of(store, job.id):
                kind = "briefing" if result.state is ItemState.DONE else "error"
                yield f'{{"index": {result.position}, "{kind}": {result.content}}}\n'

        return StreamingResponse(lines(), media_type=JSON_LINES)

    @router.get(
        "/{job_id}/events",
        response_class=EventSourceResponse,
        responses=documented(401, 404, 422, 503),
        summary="Follow a job",
    )
    async def events(request: Request, job: Annotated[Job, Depends(found)]) -> AsyncIterator[ServerSentEvent]:
        """`item` for each item that has its result (those that had it before too), then `done` with the job."""
        seen: set[int] = set()
        while True:
            states = await asyncio.to_thread(store.states, job.id)
            for index in [i for i, state in enumerate(states) if state in FINAL_STATES and i not in seen]:
                seen.add(index)
                progress = ProgressOut(index=index, state=states[index], progress=len(seen) / len(states))
                yield ServerSentEvent(event="item", data=progress)
            if len(seen) == len(states):
                yield ServerSentEvent(event="done", data=JobOut.of(await found(request, job.id)))
                return
            await asyncio.sleep(_LOOK)

    @router.delete("/{job_id}", responses=documented(401, 404, 422, 503), summary="Cancel a job")
    async def cancel(request: Request, job_id: JobId) -> JobOut:
        """End the items that have not ended: their result is an error, `cancelled`. Results there are stay."""
        content = explained(Cancelled("The job was cancelled before this item was done."))
        return JobOut.of(await asyncio.to_thread(store.cancel, job_id, caller_of(request).name, content))

    return router


async def handed_in(
    store: JobStore,
    usage: UsageStore,
    wake: Callable[[], None],
    caller: Caller,
    requests: Sequence[str],
    content: Any,
    idempotency_key: str | None,
    *,
    webhook: str | None = None,
    last: str | None = None,
) -> Job:
    """A new job of ``requests``, and of a ``last`` one; or the one that was made of the same ``content`` and key.

    ``usage`` counts the requests of a new one for ``caller``; ``wake`` is called. Raises as ``JobStore.create`` does.
    """
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    same = partial(store.same, caller.name, idempotency_key, digest, last=last is not None)
    known = await asyncio.to_thread(same)
    if known is not None:
        return known
    create = partial(store.create, caller.name, requests, digest, idempotency_key, webhook, last)
    job, made = await within_quota(caller, usage, len(requests), partial(asyncio.to_thread, create))
    if made:
        wake()
    else:  # the same request came a moment earlier
        await refund(caller, usage, len(requests))
    return job


def accepted(prefix: str, job: Job) -> Response:
    """What tells of a job that was handed in, and where under ``prefix`` it is."""
    return JSONResponse(JobOut.of(job).model_dump(mode="json"), 202, headers={"Location": f"{prefix}/{job.id}"})


def _check_webhook(url: str, policy: FetchPolicy | None) -> None:
    """Refuse what could never be told. Raises ``InvalidRequest``."""
    if policy is None:
        raise InvalidRequest("This service sends no webhooks: its operator sets STANDFIRST_WEBHOOK_SECRET first.")
    try:
        parse_url(url, policy)
    except FetchFailed as error:
        raise InvalidRequest(f"webhook: {error}") from error


async def results_of(store: JobStore, job_id: str) -> AsyncIterator[ItemResult]:
    """The results there are of a job, in order."""
    after = -1
    while page := await asyncio.to_thread(store.results, job_id, after, _PAGE):
        for result in page:
            yield result
        after = page[-1].position


def working(desk: BriefingService) -> Callable[[Lease], Awaitable[str]]:
    """What a worker does with an item: from its request to its briefing, both as JSON.

    It takes as long as it takes, unless the item says otherwise: most of that may be waiting for who goes first.
    """

    async def work(lease: Lease) -> str:
        wanted = BriefingRequest.model_validate_json(lease.request)
        seconds, until = wanted.budget()
        served = await in_time(seconds, desk.serve(wanted.source(), wanted.options(), until))
        return BriefingOut.of(served).model_dump_json()

    return work


def described(store: JobStore) -> Callable[[str], Awaitable[bytes]]:
    """What a webhook tells of a job, by its id."""

    async def describe(job_id: str) -> bytes:
        owner = await asyncio.to_thread(store.owner_of, job_id)
        job = await asyncio.to_thread(store.find, job_id, owner)
        return JobEnded(type="job.ended", job=JobOut.of(job)).model_dump_json().encode()

    return describe


def explained(error: Exception) -> str:
    """The problem that tells of ``error``, as JSON."""
    return to_problem(error).model_dump_json()
