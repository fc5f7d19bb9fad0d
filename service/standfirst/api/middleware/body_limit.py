"""The limits on request bodies: in bytes, in seconds, and to bodies that are not compressed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standfirst.api.problems import error_response
from standfirst.errors import NotText, TooLarge, TooSlow

#: Seconds in which a body must arrive: a slow caller occupies a connection.
BODY_SECONDS = 60.0


class BodyLimit:
    """Middleware that receives the whole body before the application runs.

    It refuses one of too many bytes, and a compressed one, whose size is not known.

    ``max_bytes`` applies to every path that ``path_limits`` does not name. Because the body is complete, whatever the
    connection receives later means that the caller has disconnected.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, path_limits: Mapping[str, int]) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._path_limits = path_limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Receive the body, and pass it on as one message."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._path_limits.get(scope["path"], self._max_bytes)
        headers = Headers(scope=scope)
        encoding = headers.get("content-encoding", "identity")
        if encoding.strip().lower() != "identity":
            not_plain = NotText("The body is compressed: send it as it is, without Content-Encoding.")
            await error_response(not_plain)(scope, receive, send)
            return
        declared = headers.get("content-length", "")
        size = int(declared) if declared.isdecimal() else 0
        chunks: list[bytes] = []
        more = size <= limit
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return
                    chunks.append(message.get("body", b""))
                    size = max(size, sum(map(len, chunks)))
                    more = message.get("more_body", False) and size <= limit
        except TimeoutError:
            error = TooSlow(f"The body did not come within {BODY_SECONDS:g} seconds.")
            await error_response(error)(scope, receive, send)
            return
        if size > limit:
            too_large = TooLarge(f"The body has more than the {limit} bytes that this service takes.")
            await error_response(too_large)(scope, receive, send)
            return
        pending: list[Message] = [{"type": "http.request", "body": b"".join(chunks), "more_body": False}]

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        await self._app(scope, replay, send)
