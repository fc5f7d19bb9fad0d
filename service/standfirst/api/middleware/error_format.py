"""Retelling: errors in the shape that callers of another's interface expect, wherever in the service they arose.

The outermost layer, so that a missing key or a body that is too large is told of in the same shape as everything else.
Status and headers stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standfirst.api.openai.schemas import ErrorDetailOut, ErrorOut
from standfirst.api.problems import MEDIA_TYPE
from standfirst.application.problems import Problem

#: From a problem, and the field of the request that it is about, to what is sent instead.
Retell = Callable[[Problem, str | None], Mapping[str, Any]]


def as_openai(problem: Problem, field: str | None = None) -> dict[str, Any]:
    """The problem as OpenAI tells of errors."""
    kinds = {401: "authentication_error", 429: "rate_limit_error"}
    kind = kinds.get(problem.status, "server_error" if problem.status >= 500 else "invalid_request_error")
    return ErrorOut(
        error=ErrorDetailOut(message=problem.detail, type=kind, code=problem.code, param=field)
    ).model_dump()


class ErrorFormat:
    """Has the problems of the addresses in ``retold`` told as it says."""

    def __init__(self, app: ASGIApp, retold: Mapping[str, Retell]) -> None:
        self._app = app
        self._retold = retold

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        retell = self._retold.get(scope["path"]) if scope["type"] == "http" else None
        if retell is None:
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        begun: Message | None = None
        said = b""

        async def send_retold(message: Message) -> None:
            nonlocal begun, said
            if (
                message["type"] == "http.response.start"
                and Headers(raw=message["headers"]).get("content-type") == MEDIA_TYPE
            ):
                begun = message
                return
            if begun is None:
                await send(message)
                return
            said += message.get("body", b"")
            if message.get("more_body"):
                return
            content = json.dumps(retell(Problem.model_validate_json(said), state.get("field"))).encode()
            headers = MutableHeaders(raw=begun["headers"])
            headers["content-type"], headers["content-length"] = "application/json", str(len(content))
            await send(begun)
            await send({"type": "http.response.body", "body": content})

        await self._app(scope, receive, send_retold)
