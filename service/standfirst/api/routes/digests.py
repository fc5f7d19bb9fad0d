"""The routes of digests: hand articles in, see how far they are, take the digest as JSON, Markdown or HTML, cancel.

A digest is a job. Each article is an item of it, with its briefing as the result; the digest is made of these results,
as the job's last item, when all of them are there.

Annotations are evaluated here, not postponed: a route depends on a function of its router's (``found``).
"""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from standfirst.api.middleware.authentication import caller_of
from standfirst.api.negotiation import HTML, JSON, MARKDOWN, preferred_type
from standfirst.api.problems import document_problems, problem_response
from standfirst.api.routes.jobs import IdempotencyKey, accepted
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
Accept = Annotated[str, Header(include_in_schema=False)]
#: Seconds after which to ask again for a digest that is not made yet.
_AGAIN = 2.0


def digests_router(service: JobService) -> APIRouter:
    """Return the routes under ``/v1/digests``."""
    router = APIRouter(prefix="/v1/digests", tags=["digests"])

    @router.post(
        "",
        status_code=202,
        response_model=JobOut,
        responses=document_problems(400, 401, 408, 413, 415, 422, 429, 503),
        summary="Put articles together by their stories",
    )
    async def make(request: Request, wanted: DigestRequest, idempotency_key: IdempotencyKey = None) -> Response:
        """Hand in 1 to 200 articles. Those that tell one story are put together, and each story is condensed once.

        As of jobs, none is lost, and they are worked on after whatever somebody waits for.
        """
        content = {"digest": wanted.model_dump(mode="json")}
        tasks = [
            ArticleTask(DigestArticle(**item.model_dump()), wanted.points, wanted.max_words) for item in wanted.items
        ]
        final = DigestTask(wanted.points, wanted.max_words)
        return accepted(
            router.prefix, await service.create(caller_of(request.scope), tasks, content, idempotency_key, final=final)
        )

    async def found(request: Request, digest_id: DigestId) -> Job:
        return await service.find(digest_id, caller_of(request.scope), has_final=True)

    @router.get("/{digest_id}", responses=document_problems(401, 404, 422, 503), summary="See how far a digest is")
    async def show(job: Annotated[Job, Depends(found)]) -> DigestStateOut:
        """The state of each article, and, as the last item, of the digest itself."""
        states = await service.states(job)
        return DigestStateOut(**JobOut.of(job).model_dump(), item_states=states)

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
        summary="Take the digest",
    )
    async def result(job: Annotated[Job, Depends(found)], accept: Accept = "") -> Response:
        """Stories, that with most new first; each sentence with the articles that back it; and what failed, and why."""
        form = preferred_type(accept, (JSON, MARKDOWN, HTML))
        made = await service.final_result(job)
        if made is None:
            raise Unfinished("The digest is not made yet: its articles are worked on.", _AGAIN)
        if made.state is not ItemState.DONE:
            why = Problem.model_validate_json(made.content)
            return problem_response(why.status, why.code, why.detail)
        shown = await asyncio.to_thread(_shown, made.content, form)
        headers = {"Vary": "Accept"}
        if form == HTML:
            headers["Content-Security-Policy"] = f"{DIGEST_POLICY}; frame-ancestors 'none'"
        media_type = form if form == JSON else f"{form}; charset=utf-8"
        return Response(shown, media_type=media_type, headers=headers)

    @router.delete("/{digest_id}", responses=document_problems(401, 404, 422, 503), summary="Cancel a digest")
    async def cancel(request: Request, digest_id: DigestId) -> JobOut:
        """End what has not ended. A digest that is made stays."""
        detail = "The digest was cancelled before this was done."
        return JobOut.of(await service.cancel(digest_id, caller_of(request.scope), detail, has_final=True))

    return router


def _shown(content: str, form: str) -> str:
    digest = DIGEST.validate_json(content)
    if form == MARKDOWN:
        return digest_to_markdown(digest)
    if form == HTML:
        return digest_to_html(digest)
    return DigestOut.of(digest).model_dump_json()
