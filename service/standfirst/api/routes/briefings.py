"""The routes of briefings: make one, give it again, give the text that its offsets speak of."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from standfirst.api.connection import DISCONNECTED, while_connected
from standfirst.api.event_stream import stream
from standfirst.api.middleware.authentication import caller_of
from standfirst.api.negotiation import EVENT_STREAM, HTML, JSON, MARKDOWN, TEXT, preferred_type
from standfirst.api.problems import document_problems
from standfirst.api.schemas.briefing import ArticleTextOut, BriefingRequest, RefusedDraftOut, RefusedOut
from standfirst.api.schemas.history import AskedOut, HistoryOut
from standfirst.application.briefing_service import BriefingService, Progress
from standfirst.application.keys import Caller
from standfirst.application.quota import within_quota
from standfirst.domain.briefing import ModelStamp, ServedBriefing, Timing
from standfirst.errors import NotFound, StoreFailed
from standfirst.rendering.html import briefing_to_html
from standfirst.rendering.json.briefing import BriefingOut
from standfirst.rendering.markdown import briefing_to_markdown
from standfirst.rendering.text import briefing_to_text
from standfirst.store.briefings import StoredBriefing
from standfirst.store.history import HistoryStore
from standfirst.store.usage import UsageStore
from standfirst_models.errors import UnknownModel

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
Accept = Annotated[str, Header(include_in_schema=False)]


def briefings_router(
    desk: BriefingService, stamp: ModelStamp, timeout: float, usage: UsageStore, history: HistoryStore
) -> APIRouter:
    """The routes under ``/v1/briefings``, served by ``desk``.

    ``timeout`` is in seconds, for one briefing; ``usage`` counts it for whoever may have only so many, and ``history``
    notes who asked for it.
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
    async def make(request: Request, wanted: BriefingRequest, accept: Accept = "") -> Response:
        """Condense an article to a headline, a standfirst and key points, each with what backs it.

        The same article and options give the same briefing: a second time it is `cached`. As `text/event-stream` it
        comes sentence by sentence: `article`, each `sentence` as soon as it is known to be shown, and `done` with the
        whole, or `error`.
        """
        form = preferred_type(accept, (*_TYPES, EVENT_STREAM))
        if wanted.model not in (None, stamp.writer):
            raise UnknownModel(f"This service does not run {wanted.model!r}. It runs {stamp.writer!r}.")
        budget, until = wanted.budget()
        seconds = min(timeout, budget or timeout)

        async def serve(tell: Callable[[Progress], None] = lambda _: None) -> ServedBriefing:
            caller = caller_of(request.scope)
            work = partial(desk.serve, wanted.source(), wanted.options(), until, tell, caller.name)
            served = await within_quota(caller, usage, 1, work)
            await _noted(caller, served)
            return served

        if form == EVENT_STREAM:
            return await stream(request, seconds, serve)
        served = await while_connected(request, seconds, serve())
        return Response(status_code=DISCONNECTED) if served is None else _shown(served, form)

    @router.get(
        "/{briefing_id}",
        response_model=BriefingOut,
        responses={
            200: {"description": "The briefing.", "content": _BRIEFING_CONTENT},
            **document_problems(401, 404, 406, 422, 503),
        },
        summary="Give a briefing again",
    )
    async def again(briefing_id: BriefingId, accept: Accept = "") -> Response:
        """A briefing that was made before, by its id."""
        form = preferred_type(accept, _TYPES)
        kept = await _kept(briefing_id)
        return _shown(ServedBriefing(kept.article, kept.briefing, True, 0, Timing(0, 0, 0), 0), form)

    @router.get("", responses=document_problems(401, 422, 503), summary="Find what was asked for before")
    async def before(
        request: Request,
        search: Annotated[str, Query(description="Words that each briefing must have.", max_length=200)] = "",
        before: Annotated[float | None, Query(description="What `next` said, for those that follow.")] = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> HistoryOut:
        """The briefings that were asked for by this key, or by anyone where no keys are asked for, the newest first."""
        # One more than is shown tells whether there are more.
        found = await asyncio.to_thread(history.find, caller_of(request.scope).name, search, before, limit + 1)
        shown = [AskedOut.of(asked) for asked in found[:limit]]
        return HistoryOut(briefings=shown, next=found[limit - 1].asked_at if len(found) > limit else None)

    @router.get(
        "/{briefing_id}/refused",
        responses=document_problems(401, 404, 422, 503),
        summary="Give what was drafted and is not in a briefing",
    )
    async def refused(briefing_id: BriefingId) -> RefusedOut:
        """What the writer drafted and the article does not back, or is no whole sentence, and why: for the curious."""
        drafts = (await _kept(briefing_id)).briefing.refused
        return RefusedOut(refused=[RefusedDraftOut(text=one.text, problems=list(one.problems)) for one in drafts])

    @router.get(
        "/{briefing_id}/article", responses=document_problems(401, 404, 422, 503), summary="Give the text of a briefing"
    )
    async def article(briefing_id: BriefingId) -> ArticleTextOut:
        """The text that a briefing's offsets speak of: `text[start:end]`, counted in Unicode code points."""
        return ArticleTextOut(text=(await _kept(briefing_id)).article.text)

    async def _noted(caller: Caller, served: ServedBriefing) -> None:
        if served.briefing.coverage.complete:  # else it is not kept
            try:
                await asyncio.to_thread(history.add, caller.name, served.article, served.briefing)
            except StoreFailed as error:
                _log.warning("the briefing was made but not noted: %s", error)

    async def _kept(briefing_id: str) -> StoredBriefing:
        kept = await desk.find(briefing_id)
        if kept is None:
            raise NotFound("There is no briefing of that id here. Post the article to /v1/briefings to make it.")
        return kept

    return router


def _shown(served: ServedBriefing, form: str) -> Response:
    if form in _RENDERERS:
        text = _RENDERERS[form](served.article, served.briefing)
        return Response(text, media_type=f"{form}; charset=utf-8", headers={"Vary": "Accept"})
    content = BriefingOut.of(served).model_dump(mode="json")
    return JSONResponse(content, headers={"Vary": "Accept"})
