"""The event stream of a briefing that is being made: server-sent events (WHATWG HTML, section 9.2).

The events are ``article``, a ``sentence`` as soon as it is certain to be shown, and ``done`` with the whole briefing or
``error`` with a problem.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel

from standfirst.api.connection import DISCONNECTED, wait_for_disconnect
from standfirst.api.negotiation import EVENT_STREAM
from standfirst.api.schemas.briefing import PlacedOut
from standfirst.application.briefing_service import Progress
from standfirst.application.problems import to_problem
from standfirst.application.timeouts import within_timeout
from standfirst.domain.article import Article
from standfirst.domain.briefing import PlacedSentence, ServedBriefing
from standfirst.rendering.json.briefing import ArticleOut, BriefingOut

#: Seconds of silence after which a comment keeps the connection open.
HEARTBEAT = 10.0

#: Makes a briefing and reports its progress.
Serve = Callable[[Callable[[Progress], None]], Coroutine[Any, Any, ServedBriefing]]
#: Encodes a step of the progress, or the error that ends it, as no event, one or several.
Encode = Callable[[Progress | Exception], Awaitable[bytes]]


class _Disconnected(Exception):
    """The caller has disconnected."""


async def encode_event(step: Progress | Exception) -> bytes:
    """Encode a step as an event that is named for its content."""
    name, content = _event_of(step)
    return format_sse_event(event=name, data_str=content.model_dump_json())


async def stream(
    request: Request,
    seconds: float,
    serve: Serve,
    encode: Encode = encode_event,
    media_type: str = EVENT_STREAM,
    keepalive: bytes = KEEPALIVE_COMMENT,
) -> Response:
    """Return the event stream of what ``serve`` makes in at most ``seconds``.

    ``encode`` and ``keepalive`` are of the format ``media_type``.

    Raises what ``serve`` raises before it has read the article, so that the answer can still be a problem. Cancels
    ``serve`` when the caller disconnects.
    """
    steps: asyncio.Queue[Progress | Exception] = asyncio.Queue()

    async def work() -> None:
        try:
            steps.put_nowait(await within_timeout(seconds, serve(steps.put_nowait)))
        except Exception as error:
            steps.put_nowait(error)
        except asyncio.CancelledError:
            steps.put_nowait(_Disconnected())
            raise

    working = asyncio.create_task(work())
    watching = asyncio.create_task(_cancel_on_disconnect(request, working))
    try:
        first = await steps.get()
        if isinstance(first, Exception):
            raise first
    except BaseException as error:
        working.cancel()
        watching.cancel()
        if isinstance(error, _Disconnected):
            return Response(status_code=DISCONNECTED)
        raise

    async def events() -> AsyncIterator[bytes]:
        try:
            step: Progress | Exception | None = first
            while not isinstance(step, _Disconnected):
                if event := keepalive if step is None else await encode(step):
                    yield event
                if isinstance(step, Exception | ServedBriefing):
                    return
                try:
                    step = await asyncio.wait_for(steps.get(), HEARTBEAT)
                except TimeoutError:
                    step = None
        finally:
            working.cancel()
            watching.cancel()
            await asyncio.gather(working, watching, return_exceptions=True)

    # X-Accel-Buffering keeps a proxy from collecting the whole answer before it passes it on.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept"}
    return StreamingResponse(events(), media_type=media_type, headers=headers)


async def _cancel_on_disconnect(request: Request, working: asyncio.Task[None]) -> None:
    """Cancel the work as soon as the caller disconnects, not only when the next event cannot be sent."""
    await wait_for_disconnect(request)
    working.cancel()


def _event_of(step: Progress | Exception) -> tuple[str, BaseModel]:
    match step:
        case Article():
            return "article", ArticleOut.of(step)
        case PlacedSentence():
            return "sentence", PlacedOut.of(step)
        case ServedBriefing():
            return "done", BriefingOut.of(step)
        case _:
            return "error", to_problem(step)
