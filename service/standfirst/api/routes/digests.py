"""The routes of digests: create one, return its state and its result, and cancel it.

A digest is a job whose items are the articles, and whose final item makes the digest of their briefings.

Annotations are evaluated, not postponed: routes depend on a function that the router defines (``find``).
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from standfirst.api.middleware.authentication import caller_of
from standfirst.api.negotiation import HTML, JSON, MARKDOWN, AcceptHeader, preferred_type
from standfirst.api.problems import document_problems, problem_response
from standfirst.api.routes.jobs import IdempotencyKey, accepted_response, progress_events
from standfirst.api.schemas.digest import DigestRequest, DigestStateOut
from standfirst.application.item_processor import DIGEST
from standfirst.application.job_service import JobService
from standfirst.application.problems import Problem
from standfirst.domain.job import ItemState, Job
from standfirst.errors import Unfinished
from standfirst.jobs.tasks import ArticleTask, DigestArticle, DigestTask
from standfirst.rendering.html import DIGEST_POLICY, digest_to_html
from standfirst.rendering.json.digest import DigestOut
from standfirst.rendering.json.job import JobOut
from standfirst.rendering.markdown import digest_to_markdown

DigestId = Annotated[str, Path(description="A digest's id.", pattern="^[0-9a-f]{32}$")]
#: Seconds to wait for a digest that is not made yet.
_RETRY_SECONDS = 2.0


def digests_router(service: JobService) -> APIRouter:
    """Return the routes under ``/v1/digests``."""
    router = APIRouter(prefix="/v1/digests", tags=["digests"])

    @router.post(
        "",
        status_code=202,
        response_model=JobOut,
        responses=document_problems(400, 401, 408, 413, 415, 422, 429, 503),
        summary="Create a digest of articles by story",
    )
    async def make(request: Request, body: DigestRequest, idempotency_key: IdempotencyKey = None) -> Response:
        """Group 1 to 200 articles by story, and condense each story once, in the background.

        As in jobs, no article is lost, and requests that wait for an answer go first.
        """
        content = {"digest": body.model_dump(mode="json", exclude={"webhook"}), "webhook": body.webhook}
        tasks = [ArticleTask(DigestArticle(**item.model_dump()), body.points, body.max_words) for item in body.items]
        final = DigestTask(body.points, body.max_words)
        caller = caller_of(request.scope)
        job = await service.create(caller, tasks, content, idempotency_key, webhook=body.webhook, final=final)
        return accepted_response(router.prefix, job)

    async def find(request: Request, digest_id: DigestId) -> Job:
        return await service.find(digest_id, caller_of(request.scope), has_final=True)

    @router.get("/{digest_id}", responses=document_problems(401, 404, 422, 503), summary="Return the state of a digest")
    async def show(job: Annotated[Job, Depends(find)]) -> DigestStateOut:
        """The state of each article and, as the last item, of the digest itself."""
        states = await service.states(job)
        return DigestStateOut(**JobOut.of(job).model_dump(), item_states=states)

    @router.get(
        "/{digest_id}/events",
        response_class=EventSourceResponse,
        responses=document_problems(401, 404, 422, 503),
        summary="Stream the events of a digest",
    )
    async def events(request: Request, job: Annotated[Job, Depends(find)]) -> AsyncIterator[ServerSentEvent]:
        """`item` for each article that is done and, as the last one, for the digest itself; then `done`."""
        async for event in progress_events(service, job, lambda: find(request, job.id)):
            yield event

    @router.get(
        "/{digest_id}/result",
        response_model=DigestOut,
        responses={
            200: {
                "description": "The digest.",
                "content": {
                    MARKDOWN: {"schema": {"type": "string"}},
                    HTML: {"schema": {"type": "string"}},
                },
            },
            **document_problems(401, 404, 406, 409, 422, 500, 503),
        },
        summary="Return the digest",
    )
    async def result(job: Annotated[Job, Depends(find)], accept: AcceptHeader = "") -> Response:
        """The stories, each sentence with the articles that back it, and the articles that failed, with the reason."""
        media_type = preferred_type(accept, (JSON, MARKDOWN, HTML))
        final = await service.final_result(job)
        if final is None:
            raise Unfinished("The digest is not made yet: its articles are worked on.", _RETRY_SECONDS)
        if final.state is not ItemState.DONE:
            problem = Problem.model_validate_json(final.content)
            return problem_response(problem.status, problem.code, problem.detail)
        content = await asyncio.to_thread(_render, final.content, media_type)
        headers = {"Vary": "Accept"}
        if media_type == HTML:
            headers["Content-Security-Policy"] = f"{DIGEST_POLICY}; frame-ancestors 'none'"
        charset = "" if media_type == JSON else "; charset=utf-8"
        return Response(content, media_type=media_type + charset, headers=headers)

    @router.delete("/{digest_id}", responses=document_problems(401, 404, 422, 503), summary="Cancel a digest")
    async def cancel(request: Request, digest_id: DigestId) -> JobOut:
        """Cancel what has not ended. A digest that is already made stays."""
        detail = "The digest was cancelled before this was done."
        return JobOut.of(await service.cancel(digest_id, caller_of(request.scope), detail, has_final=True))

    return router


def _render(stored: str, media_type: str) -> str:
    digest = DIGEST.validate_json(stored)
    if media_type == MARKDOWN:
        return digest_to_markdown(digest)
    if media_type == HTML:
        return digest_to_html(digest)
    return DigestOut.of(digest).model_dump_json()
