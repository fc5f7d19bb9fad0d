"""Limits: how large a body may be, and who may ask.

Pure ASGI layers. The body is taken in before the route runs: so its size is known, and whatever the connection
says later is that the caller has gone.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standfirst.api.problems import problem_of
from standfirst.errors import TooLarge, Unauthorized

#: What lies under this asks for a key; health and documentation do not.
_GUARDED = "/v1/"


class BodyLimit:
    """Refuses a body of more than ``max_bytes`` without reading it to its end."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        size = int(declared) if declared.isdecimal() else 0
        chunks: list[bytes] = []
        more = size <= self._max_bytes
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            chunks.append(message.get("body", b""))
            size = max(size, sum(map(len, chunks)))
            more = message.get("more_body", False) and size <= self._max_bytes
        if size > self._max_bytes:
            error = TooLarge(f"The body has more than the {self._max_bytes} bytes that this service takes.")
            await problem_of(error)(scope, receive, send)
            return
        pending: list[Message] = [{"type": "http.request", "body": b"".join(chunks), "more_body": False}]

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        await self._app(scope, replay, send)


class Keys:
    """Asks for one of ``keys``, as ``Authorization: Bearer`` or ``X-API-Key``; for none where there are none."""

    def __init__(self, app: ASGIApp, keys: Sequence[str]) -> None:
        self._app = app
        self._keys = [key.encode() for key in keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        guarded = scope["type"] == "http" and scope["path"].startswith(_GUARDED)
        if guarded and self._keys and not self._knows(Headers(scope=scope)):
            error = Unauthorized("This service asks for a key: send it as 'Authorization: Bearer KEY' or 'X-API-Key'.")
            await problem_of(error)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _knows(self, headers: Headers) -> bool:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given = token.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")
        # Every key is compared, in constant time, so that the time taken tells nothing of them.
        fitting = [hmac.compare_digest(key, given.encode()) for key in self._keys]
        return any(fitting)
