"""The route of the history: the briefings that a caller asked for."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request

from standfirst.api.middleware.authentication import caller_of
from standfirst.api.problems import document_problems
from standfirst.api.schemas.history import AskedOut, HistoryOut
from standfirst.store.history import HistoryStore


def history_router(history: HistoryStore) -> APIRouter:
    """Return the route ``GET /v1/briefings``."""
    router = APIRouter(tags=["briefings"])

    @router.get("/v1/briefings", responses=document_problems(401, 422, 503), summary="Find earlier briefings")
    async def before(
        request: Request,
        search: Annotated[str, Query(description="Words that each briefing must have.", max_length=200)] = "",
        before: Annotated[float | None, Query(description="The `next` of the page before this one.")] = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> HistoryOut:
        """The briefings that this key asked for, or anyone if the service needs no keys; the newest first."""
        # One entry more than the page holds shows whether there is another page.
        found = await asyncio.to_thread(history.find, caller_of(request.scope).name, search, before, limit + 1)
        page = [AskedOut.of(entry) for entry in found[:limit]]
        return HistoryOut(briefings=page, next=found[limit - 1].asked_at if len(found) > limit else None)

    return router
