"""The routes of briefings: make one, and return a stored one, its article and its refused drafts.

Annotations are evaluated, not postponed: routes depend on a function that the router defines (``find``).
"""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse

from standfirst.api.connection import DISCONNECTED, while_connected
from standfirst.api.event_stream import stream
from standfirst.api.middleware.authentication import caller_of
from standfirst.api.negotiation import EVENT_STREAM, HTML, JSON, MARKDOWN, TEXT, AcceptHeader, preferred_type
from standfirst.api.problems import document_problems
from standfirst.api.schemas.briefing import ArticleTextOut, BriefingRequest, RefusedDraftOut, RefusedOut
from standfirst.application.briefing_service import BriefingService, Progress
from standfirst.application.keys import Caller
from standfirst.application.quota import within_quota
from standfirst.application.timeouts import split_timeout
from standfirst.domain.briefing import ModelStamp, ServedBriefing, Timing
from standfirst.errors import NotFound, StoreFailed
from standfirst.rendering.html import briefing_to_html
from standfirst.rendering.json.briefing import BriefingOut
from standfirst.rendering.markdown import briefing_to_markdown
from standfirst.rendering.text import briefing_to_text
from standfirst.store.briefings import StoredBriefing
from standfirst.store.history import HistoryStore
from standfirst.store.usage import UsageStore

_BRIEFING_CONTENT: dict[str, Any] = {
    MARKDOWN: {"schema": {"type": "string"}, "example": "# Headline\n\nStandfirst.\n\n- Point\n"},
    TEXT: {"schema": {"type": "string"}, "example": "Headline\n\nStandfirst.\n\n- Point\n"},
    HTML: {
        "schema": {"type": "string"},
        "example": "<h1>Headline</h1>\n<p>Standfirst.</p>\n<ul>\n<li>Point</li>\n</ul>\n",
    },
}

_RENDERERS = {MARKDOWN: briefing_to_markdown, TEXT: briefing_to_text, HTML: briefing_to_html}
_TYPES = (JSON, *_RENDERERS)

_log = logging.getLogger(__name__)

BriefingId = Annotated[str, Path(description="A briefing's id.", pattern="^[0-9a-f]{32}$")]


def briefings_router(
    briefings: BriefingService, stamp: ModelStamp, timeout: float, usage: UsageStore, history: HistoryStore
) -> APIRouter:
    """Return the routes under ``/v1/briefings``.

    ``timeout`` is in seconds, for one briefing. ``usage`` counts the articles of each caller, and
    ``history`` lists the briefings that each caller asked for.
    """
    router = APIRouter(prefix="/v1/briefings", tags=["briefings"])

    @router.post(
        "",
        response_model=BriefingOut,
        responses={
            200: {"description": "The briefing.", "content": {**_BRIEFING_CONTENT, EVENT_STREAM: {}}},
            **document_problems(400, 401, 406, 408, 413, 415, 422, 424, 429, 503),
        },
        summary="Condense an article",
    )
    async def make(request: Request, body: BriefingRequest, accept: AcceptHeader = "") -> Response:
        """Condense an article to a headline, a standfirst and key points, each with the passages that back it.

        The same article and options give the same briefing; the second time it is `cached`. As `text/event-stream` the
        answer comes sentence by sentence: `article`, then a `sentence` as soon as it is certain to be shown, then
        `done` with the whole briefing, or `error`.
        """
        media_type = preferred_type(accept, (*_TYPES, EVENT_STREAM))
        body.check_model(stamp.writer)
        seconds, deadline = split_timeout(body.timeout_s, body.on_timeout)
        seconds = min(timeout, seconds or timeout)
        caller = caller_of(request.scope)

        async def serve(emit: Callable[[Progress], None] = lambda _: None) -> ServedBriefing:
            work = partial(briefings.serve, body.source(), body.options(), deadline, emit, caller.name)
            served = await within_quota(caller, usage, 1, work)
            await _add_to_history(history, caller, served)
            return served

        if media_type == EVENT_STREAM:
            return await stream(request, seconds, serve)
        served = await while_connected(request, seconds, serve())
        return Response(status_code=DISCONNECTED) if served is None else _render(served, media_type)

    async def find(briefing_id: BriefingId) -> StoredBriefing:
        stored = await briefings.find(briefing_id)
        if stored is None:
            raise NotFound("There is no briefing of that id here. Post the article to /v1/briefings to make it.")
        return stored

    @router.get(
        "/{briefing_id}",
        response_model=BriefingOut,
        responses={
            200: {"description": "The briefing.", "content": _BRIEFING_CONTENT},
            **document_problems(401, 404, 406, 422, 503),
        },
        summary="Return a stored briefing",
    )
    async def again(stored: Annotated[StoredBriefing, Depends(find)], accept: AcceptHeader = "") -> Response:
        """A briefing that was made before, by its id."""
        media_type = preferred_type(accept, _TYPES)
        return _render(ServedBriefing(stored.article, stored.briefing, True, 0, Timing(0, 0, 0), 0), media_type)

    @router.get(
        "/{briefing_id}/refused",
        responses=document_problems(401, 404, 422, 503),
        summary="Return the refused drafts of a briefing",
    )
    async def refused(stored: Annotated[StoredBriefing, Depends(find)]) -> RefusedOut:
        """The writer's drafts that the briefing does not show, and why: the article does not back them, for example."""
        return RefusedOut(refused=[RefusedDraftOut.of(draft) for draft in stored.briefing.refused])

    @router.get(
        "/{briefing_id}/article",
        responses=document_problems(401, 404, 422, 503),
        summary="Return the text of a briefing's article",
    )
    async def article(stored: Annotated[StoredBriefing, Depends(find)]) -> ArticleTextOut:
        """The text that a briefing's offsets refer to: `text[start:end]`, counted in Unicode code points."""
        return ArticleTextOut(text=stored.article.text)

    return router


async def _add_to_history(history: HistoryStore, caller: Caller, served: ServedBriefing) -> None:
    if not served.briefing.coverage.complete:  # then it is not stored
        return
    try:
        await asyncio.to_thread(history.add, caller.name, served.article, served.briefing)
    except StoreFailed as error:
        _log.warning("the briefing is not in the history: %s", error)


def _render(served: ServedBriefing, media_type: str) -> Response:
    headers = {"Vary": "Accept"}
    if media_type == JSON:
        return JSONResponse(BriefingOut.of(served).model_dump(mode="json"), headers=headers)
    text = _RENDERERS[media_type](served.article, served.briefing)
    return Response(text, media_type=f"{media_type}; charset=utf-8", headers=headers)
