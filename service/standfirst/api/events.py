"""Events: a briefing as it comes about, as server-sent events (WHATWG HTML, section 9.2).

``article``, then each ``sentence`` when it is known to be shown, then ``done`` with the whole or ``error``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel

from standfirst.api.negotiation import EVENT_STREAM
from standfirst.api.schemas.briefing import PlacedOut
from standfirst.application.briefing_service import Progress
from standfirst.application.problems import to_problem
from standfirst.application.timeouts import within_timeout
from standfirst.domain.article import Article
from standfirst.domain.briefing import PlacedSentence, ServedBriefing
from standfirst.rendering.json.briefing import ArticleOut, BriefingOut

#: Seconds of silence after which a comment shows that the connection lives.
HEARTBEAT = 10.0

Serve = Callable[[Callable[[Progress], None]], Coroutine[Any, Any, ServedBriefing]]
#: What is sent of a step, or of the error that ends a stream.
Show = Callable[[Progress | Exception], Awaitable[bytes]]


class _Left(Exception):
    """The caller has hung up."""


async def named_event(came: Progress | Exception) -> bytes:
    """What is sent of a step by default: an event that has the name of what it holds."""
    name, content = _named(came)
    return format_sse_event(event=name, data_str=content.model_dump_json())


async def stream(request: Request, seconds: float, serve: Serve, show: Show = named_event) -> Response:
    """The events of what ``serve`` makes, in at most ``seconds``, as ``show`` has them.

    Raises what it raises before it has read the article: until then the answer can still be a problem. When the
    caller hangs up, ``serve`` is cancelled.
    """
    coming: asyncio.Queue[Progress | Exception] = asyncio.Queue()

    async def work() -> None:
        try:
            coming.put_nowait(await within_timeout(seconds, serve(coming.put_nowait)))
        except Exception as error:
            coming.put_nowait(error)
        except asyncio.CancelledError:
            coming.put_nowait(_Left())
            raise

    working = asyncio.create_task(work())
    leaving = asyncio.create_task(_left(request, working))
    try:
        first = await coming.get()
        if isinstance(first, Exception):
            raise first
    except BaseException as error:
        working.cancel()
        leaving.cancel()
        if isinstance(error, _Left):
            return Response(status_code=499)
        raise

    async def events() -> AsyncIterator[bytes]:
        try:
            came: Progress | Exception | None = first
            while not isinstance(came, _Left):
                if sent := KEEPALIVE_COMMENT if came is None else await show(came):
                    yield sent
                if isinstance(came, Exception | ServedBriefing):
                    return
                try:
                    came = await asyncio.wait_for(coming.get(), HEARTBEAT)
                except TimeoutError:
                    came = None
        finally:
            working.cancel()
            leaving.cancel()
            await asyncio.gather(working, leaving, return_exceptions=True)

    # A proxy that gathers an answer before it passes it on would make a stream of no use.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept"}
    return StreamingResponse(events(), media_type=EVENT_STREAM, headers=headers)


async def _left(request: Request, working: asyncio.Task[None]) -> None:
    """Cancel the work when the caller has hung up: at once, not when the next event is sent in vain."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    working.cancel()


def _named(came: Progress | Exception) -> tuple[str, BaseModel]:
    match came:
        case Article():
            return "article", ArticleOut.of(came)
        case PlacedSentence():
            return "sentence", PlacedOut.of(came)
        case ServedBriefing():
            return "done", BriefingOut.of(came)
        case _:
            return "error", to_problem(came)
