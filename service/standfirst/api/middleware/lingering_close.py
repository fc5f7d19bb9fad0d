"""The lingering close: an answer that is sent before its request's body has arrived still reaches the caller.

A connection that is closed while the caller sends is reset, and a reset discards the answer that the caller has not
read yet. So the answer is sent at once, the rest of the body is received and dropped, and only then the connection is
closed, as nginx does (``lingering_close``).
"""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: The most bytes of a refused body that are received; the connection of a longer one is reset.
MAX_BYTES = 64_000_000
#: The most seconds that receiving it takes, and the most seconds between two pieces.
MAX_SECONDS, MAX_PAUSE_SECONDS = 30.0, 5.0


class LingeringClose:
    """Middleware that receives the rest of a request's body between the answer and the end of the connection.

    It is outside of everything that answers without reading the body. A caller that waits for ``100 Continue`` sends
    no body once it has its answer, so nothing is received.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; if it is answered early, receive the rest of its body before the answer ends."""
        if scope["type"] != "http" or not _is_sent(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        is_received = False

        async def receive_watched() -> Message:
            nonlocal is_received
            message = await receive()
            is_received = is_received or not message.get("more_body", False)
            return message

        async def send_and_linger(message: Message) -> None:
            if is_received:
                await send(message)
            elif message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Connection"] = "close"
                await send(message)
            elif message.get("more_body", False):
                await send(message)
            else:
                await send({**message, "more_body": True})
                await _drop_body(receive)
                await send({"type": "http.response.body", "body": b""})

        await self._app(scope, receive_watched, send_and_linger)


def _is_sent(headers: Headers) -> bool:
    """Return whether the request has a body that the caller sends without waiting for ``100 Continue``."""
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    return has_body and headers.get("expect", "").lower() != "100-continue"


async def _drop_body(receive: Receive) -> None:
    """Receive the rest of a body, within the limits, and drop it."""
    size, more = 0, True
    try:
        async with asyncio.timeout(MAX_SECONDS):
            while more and size <= MAX_BYTES:
                message = await asyncio.wait_for(receive(), MAX_PAUSE_SECONDS)
                size += len(message.get("body", b""))
                more = message.get("more_body", False)
    except TimeoutError:
        return
