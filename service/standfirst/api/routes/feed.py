"""The route of feeds: a publisher's feed with a briefing of each story, for any feed reader."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.datastructures import Headers

from standfirst.api.middleware.authentication import caller_of
from standfirst.api.problems import document_problems
from standfirst.application.feed_service import FeedService
from standfirst.rendering.feed import feed_to_atom

ATOM = "application/atom+xml"
#: Seconds for which a reader may use its copy.
_MAX_AGE = 60


def feed_router(feeds: FeedService) -> APIRouter:
    """Return the route ``/v1/feed``."""
    router = APIRouter(tags=["feeds"])

    @router.get(
        "/v1/feed",
        response_class=Response,
        responses={
            200: {"description": "The feed.", "content": {ATOM: {"schema": {"type": "string"}}}},
            304: {"description": "The feed has not changed since the reader's copy."},
            **document_problems(401, 413, 415, 422, 424, 429, 503),
        },
        summary="Return a feed of briefings",
    )
    async def feed(
        request: Request,
        url: Annotated[str, Query(max_length=4096, description="The address of an RSS, Atom or JSON feed.")],
    ) -> Response:
        """The newest 50 entries of a feed as Atom, each with its briefing as content.

        Stories are condensed in the background: an entry that is not ready has the publisher's own summary, marked as
        such, and is updated later. The key may be sent as the password of HTTP Basic, which feed readers can do.
        """
        briefed = await feeds.serve(url, caller_of(request.scope))
        page = str(request.base_url)
        content = (await asyncio.to_thread(feed_to_atom, briefed, str(request.url), page)).encode()
        changed_at = datetime.fromtimestamp(int(briefed.updated), UTC)
        headers = {
            "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
            "Last-Modified": format_datetime(changed_at, usegmt=True),
            "Cache-Control": f"private, max-age={_MAX_AGE}",
        }
        if _is_known(request.headers, headers["ETag"], changed_at):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=f"{ATOM}; charset=utf-8", headers=headers)

    return router


def _is_known(headers: Headers, etag: str, changed_at: datetime) -> bool:
    """Return whether the reader's copy is the current one (RFC 9110, section 13.2.2)."""
    known = headers.get("if-none-match")
    if known is not None:
        return known.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in known.split(","))
    try:
        return parsedate_to_datetime(headers.get("if-modified-since", "")) >= changed_at
    except (ValueError, TypeError):
        return False
