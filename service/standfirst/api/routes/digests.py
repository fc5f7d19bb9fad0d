"""The routes of digests: hand articles in, see how far they are, take the digest as JSON, Markdown or HTML, cancel.

A digest is a job. Each article is an item of it, with its briefing as the result; the digest is made of these results,
as the job's last item, when all of them are there.

Annotations are evaluated here, not postponed: a route depends on a function of its router's (``found``).
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from pydantic import TypeAdapter

from standfirst.api.middleware.limits import caller_of
from standfirst.api.negotiation import HTML, JSON, MARKDOWN, preferred_type
from standfirst.api.problems import documented, problem
from standfirst.api.routes.jobs import IdempotencyKey, accepted, explained, handed_in, results_of
from standfirst.api.schemas.digest import ArticleTask, DigestRequest, DigestStateOut, DigestTask
from standfirst.application.briefing_service import BriefingService
from standfirst.application.problems import Problem
from standfirst.digesting.digester import Digester
from standfirst.domain.briefing import Options
from standfirst.domain.digest import BriefedArticle, Digest, FailedArticle
from standfirst.domain.job import ItemState, Job, Lease
from standfirst.errors import Cancelled, NotFound, Unfinished
from standfirst.rendering.html import DIGEST_POLICY, digest_to_html
from standfirst.rendering.json.digest import DigestOut
from standfirst.rendering.json.job import JobOut
from standfirst.rendering.markdown import digest_to_markdown
from standfirst.store.jobs import JobStore
from standfirst.store.usage import UsageStore

DigestId = Annotated[str, Path(description="A digest's id.", pattern="^[0-9a-f]{32}$")]
Accept = Annotated[str, Header(include_in_schema=False)]
#: Seconds after which to ask again for a digest that is not made yet.
_AGAIN = 2.0

_CONDENSED = TypeAdapter(BriefedArticle)
_DIGEST = TypeAdapter(Digest)


def digests_router(store: JobStore, wake: Callable[[], None], usage: UsageStore) -> APIRouter:
    """The routes under ``/v1/digests``. ``wake`` is called when one is asked for, ``usage`` counts its articles."""
    router = APIRouter(prefix="/v1/digests", tags=["digests"])

    @router.post(
        "",
        status_code=202,
        response_model=JobOut,
        responses=documented(400, 401, 408, 413, 415, 422, 429, 503),
        summary="Put articles together by their stories",
    )
    async def make(request: Request, wanted: DigestRequest, idempotency_key: IdempotencyKey = None) -> Response:
        """Hand in 1 to 200 articles. Those that tell one story are put together, and each story is condensed once.

        As of jobs, none is lost, and they are worked on after whatever somebody waits for.
        """
        content = {"digest": wanted.model_dump(mode="json")}
        asked = {"points": wanted.points, "max_words": wanted.max_words}
        tasks = [ArticleTask(item=item, **asked).model_dump_json(exclude_none=True) for item in wanted.items]
        last = DigestTask(**asked).model_dump_json()
        hand_in = partial(handed_in, store, usage, wake, caller_of(request), tasks, content, idempotency_key)
        return accepted(router.prefix, await hand_in(last=last))

    async def found(request: Request, digest_id: DigestId) -> Job:
        return await asyncio.to_thread(partial(store.find, digest_id, caller_of(request).name, last=True))

    @router.get("/{digest_id}", responses=documented(401, 404, 422, 503), summary="See how far a digest is")
    async def show(job: Annotated[Job, Depends(found)]) -> DigestStateOut:
        """The state of each article, and, as the last item, of the digest itself."""
        states = await asyncio.to_thread(store.states, job.id)
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
            **documented(401, 404, 406, 409, 422, 500, 503),
        },
        summary="Take the digest",
    )
    async def result(job: Annotated[Job, Depends(found)], accept: Accept = "") -> Response:
        """Stories, that with most new first; each sentence with the articles that back it; and what failed, and why."""
        form = preferred_type(accept, (JSON, MARKDOWN, HTML))
        made = await asyncio.to_thread(store.results, job.id, job.item_count - 2, 1)
        if not made:
            raise Unfinished("The digest is not made yet: its articles are worked on.", _AGAIN)
        if made[0].state is not ItemState.DONE:
            why = Problem.model_validate_json(made[0].content)
            return problem(why.status, why.code, why.detail)
        shown = await asyncio.to_thread(_shown, made[0].content, form)
        headers = {"Vary": "Accept"}
        if form == HTML:
            headers["Content-Security-Policy"] = f"{DIGEST_POLICY}; frame-ancestors 'none'"
        media_type = form if form == JSON else f"{form}; charset=utf-8"
        return Response(shown, media_type=media_type, headers=headers)

    @router.delete("/{digest_id}", responses=documented(401, 404, 422, 503), summary="Cancel a digest")
    async def cancel(request: Request, digest_id: DigestId) -> JobOut:
        """End what has not ended. A digest that is made stays."""
        content = explained(Cancelled("The digest was cancelled before this was done."))
        ending = partial(store.cancel, digest_id, caller_of(request).name, content, last=True)
        return JobOut.of(await asyncio.to_thread(ending))

    return router


def _shown(content: str, form: str) -> str:
    digest = _DIGEST.validate_json(content)
    if form == MARKDOWN:
        return digest_to_markdown(digest)
    if form == HTML:
        return digest_to_html(digest)
    return DigestOut.of(digest).model_dump_json()


def digesting(
    desk: BriefingService, digester: Digester, store: JobStore, otherwise: Callable[[Lease], Awaitable[str]]
) -> Callable[[Lease], Awaitable[str]]:
    """What a worker does with an item of a digest: condense an article, or make the digest; else ``otherwise``."""

    async def work(lease: Lease) -> str:
        task = json.loads(lease.request).get("task")
        if task == "article":
            return await _condensed(desk, lease)
        if task == "digest":
            return await _digest(digester, store, lease)
        return await otherwise(lease)

    return work


async def _condensed(desk: BriefingService, lease: Lease) -> str:
    task = ArticleTask.model_validate_json(lease.request)
    if task.item.briefing is None:
        served = await desk.serve(task.item.source(), Options(points=task.points, max_words=task.max_words))
        condensed = BriefedArticle(lease.position, served.article, served.briefing)
    else:
        kept = await desk.find(task.item.briefing)
        if kept is None:
            raise NotFound("There is no briefing of that id here. Send the article instead.")
        condensed = BriefedArticle(lease.position, kept.article, kept.briefing)
    return _CONDENSED.dump_json(condensed).decode()


async def _digest(digester: Digester, store: JobStore, lease: Lease) -> str:
    task = DigestTask.model_validate_json(lease.request)
    condensed, failed = list[BriefedArticle](), list[FailedArticle]()
    async for result in results_of(store, lease.job):
        if result.state is ItemState.DONE:
            condensed.append(_CONDENSED.validate_json(result.content))
        else:
            why = Problem.model_validate_json(result.content)
            failed.append(FailedArticle(result.position, why.code, why.detail))
    options = Options(points=task.points, max_words=task.max_words)
    return _DIGEST.dump_json(await digester.digest(condensed, failed, options)).decode()
