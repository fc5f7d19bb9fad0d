"""The routes of jobs: create one, return its state, its results and its events, and cancel it.

Annotations are evaluated, not postponed: routes depend on a function that the router defines (``find``).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from standfirst.api.middleware.authentication import caller_of
from standfirst.api.negotiation import JSON_LINES
from standfirst.api.problems import document_problems
from standfirst.api.schemas.job import JobRequest, ProgressOut
from standfirst.application.job_service import JobService
from standfirst.application.problems import Problem
from standfirst.domain.briefing import ModelStamp
from standfirst.domain.job import FINAL_STATES, ItemState, Job
from standfirst.jobs.tasks import BriefingTask
from standfirst.rendering.json.job import JobDetailsOut, JobOut

JobId = Annotated[str, Path(description="A job's id.", pattern="^[0-9a-f]{32}$")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        description="A key that the caller chooses. The same key and body always return the same job.",
    ),
]
#: Seconds between two looks at a job whose events are streamed.
_POLL_SECONDS = 0.5


def _line(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": ["index", kind], "properties": {"index": {"type": "integer"}, kind: schema}}


_RESULTS: dict[str, Any] = {
    "description": "A line for each item that has ended, in the order of the request.",
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


def jobs_router(service: JobService, stamp: ModelStamp) -> APIRouter:
    """Return the routes under ``/v1/jobs``."""
    router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

    @router.post(
        "",
        status_code=202,
        response_model=JobOut,
        responses=document_problems(400, 401, 408, 413, 415, 422, 429, 503),
        summary="Create a job of many articles",
    )
    async def make(request: Request, body: JobRequest, idempotency_key: IdempotencyKey = None) -> Response:
        """Condense 1 to 1,000 articles in the background. Requests that wait for an answer go first; none is lost."""
        for item in body.items:
            item.check_model(stamp.writer)
        tasks = [BriefingTask(**item.model_dump(exclude={"model"})) for item in body.items]
        content = body.model_dump(mode="json")
        job = await service.create(caller_of(request.scope), tasks, content, idempotency_key, webhook=body.webhook)
        return accepted_response(router.prefix, job)

    async def find(request: Request, job_id: JobId) -> Job:
        return await service.find(job_id, caller_of(request.scope))

    @router.get("/{job_id}", responses=document_problems(401, 404, 422, 503), summary="Return the state of a job")
    async def show(job: Annotated[Job, Depends(find)]) -> JobDetailsOut:
        """The number of the job's items in each state, and the state of each item."""
        states = await service.states(job)
        return JobDetailsOut(**JobOut.of(job).model_dump(), item_states=states)

    @router.get(
        "/{job_id}/results",
        response_class=Response,
        responses={200: _RESULTS, **document_problems(401, 404, 422, 503)},
        summary="Return the results of a job",
    )
    async def results(job: Annotated[Job, Depends(find)]) -> Response:
        """A line of JSON for each item that has ended: `index`, and `briefing` or `error`."""

        async def lines() -> AsyncIterator[str]:
            async for result in service.results(job):
                kind = "briefing" if result.state is ItemState.DONE else "error"
                yield f'{{"index": {result.position}, "{kind}": {result.content}}}\n'

        return StreamingResponse(lines(), media_type=JSON_LINES)

    @router.get(
        "/{job_id}/events",
        response_class=EventSourceResponse,
        responses=document_problems(401, 404, 422, 503),
        summary="Stream the events of a job",
    )
    async def events(request: Request, job: Annotated[Job, Depends(find)]) -> AsyncIterator[ServerSentEvent]:
        """`item` for each item that has ended, also before this request, then `done` with the job."""
        async for event in progress_events(service, job, lambda: find(request, job.id)):
            yield event

    @router.delete("/{job_id}", responses=document_problems(401, 404, 422, 503), summary="Cancel a job")
    async def cancel(request: Request, job_id: JobId) -> JobOut:
        """Cancel the items that have not ended: their result is the error `cancelled`. Other results stay."""
        detail = "The job was cancelled before this item was done."
        return JobOut.of(await service.cancel(job_id, caller_of(request.scope), detail))

    return router


async def progress_events(
    service: JobService, job: Job, find: Callable[[], Awaitable[Job]]
) -> AsyncIterator[ServerSentEvent]:
    """Yield an event for each item that has ended, and at last the job as ``find`` returns it then."""
    seen: set[int] = set()
    while True:
        states = await service.states(job)
        for index in [i for i, state in enumerate(states) if state in FINAL_STATES and i not in seen]:
            seen.add(index)
            progress = ProgressOut(index=index, state=states[index], progress=len(seen) / len(states))
            yield ServerSentEvent(event="item", data=progress)
        if len(seen) == len(states):
            yield ServerSentEvent(event="done", data=JobOut.of(await find()))
            return
        await asyncio.sleep(_POLL_SECONDS)


def accepted_response(prefix: str, job: Job) -> Response:
    """Return the answer for a job that was created; its URL is under ``prefix``."""
    return JSONResponse(JobOut.of(job).model_dump(mode="json"), 202, headers={"Location": f"{prefix}/{job.id}"})
