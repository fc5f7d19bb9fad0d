"""The format of errors on the paths of other services' interfaces."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standfirst.api.problems import MEDIA_TYPE
from standfirst.application.problems import Problem

#: Converts a problem, and the name of the request's field that it is about, if any.
Convert = Callable[[Problem, str | None], Mapping[str, Any]]


class ErrorFormat:
    """Middleware that converts the problems of the paths in ``formats``; status and headers stay.

    It is the outermost, so that it also converts the problems of other middleware, such as a missing key.
    """

    def __init__(self, app: ASGIApp, formats: Mapping[str, Convert]) -> None:
        self._app = app
        self._formats = formats

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and convert a problem in its answer."""
        convert = self._formats.get(scope["path"]) if scope["type"] == "http" else None
        if convert is None:
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        start: Message | None = None
        body = b""

        async def send_converted(message: Message) -> None:
            nonlocal start, body
            if (
                message["type"] == "http.response.start"
                and Headers(raw=message["headers"]).get("content-type") == MEDIA_TYPE
            ):
                start = message
                return
            if start is None:
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            content = json.dumps(convert(Problem.model_validate_json(body), state.get("field"))).encode()
            headers = MutableHeaders(raw=start["headers"])
            headers["content-type"], headers["content-length"] = "application/json", str(len(content))
            await send(start)
            await send({"type": "http.response.body", "body": content})

        await self._app(scope, receive, send_converted)
