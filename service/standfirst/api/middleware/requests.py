"""Requests: each gets an id and one line in the log, and none ends without an answer.

A pure ASGI layer, the outermost. The line holds method, path, status and time: never a body, a query or a key.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standfirst.api.problems import MEDIA_TYPE, problem_of
from standfirst.application.problems import to_problem
from standfirst.telemetry import request_id, trace_id, traced
from standfirst_models.errors import EngineStopped

_log = logging.getLogger(__name__)

_GIVEN_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_HEADER = "X-Request-ID"
_METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS"})
_ENDING = "The service ends. Send the request again."
#: The status that is counted where the caller left before there was one.
_GONE = 499


class RequestLog:
    """Names each request by the caller's ``X-Request-ID`` or a new one, which the answer carries too."""

    def __init__(self, app: ASGIApp, count: Callable[[str, str, int, float], None]) -> None:
        """``count`` is told the method, the route, the status and the seconds of each request."""
        self._app = app
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(_HEADER, "")
        name = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex[:16]
        token = request_id.set(name)
        trace = trace_id.set(traced(Headers(scope=scope)))
        started = time.perf_counter()
        status = 0

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[_HEADER] = name
            await send(message)

        try:
            await self._app(scope, receive, send_named)
        except asyncio.CancelledError:
            if status:
                raise
            # Nobody cancels a request but the server, when it ends and has waited long enough.
            await problem_of(EngineStopped(_ENDING))(scope, receive, send_named)
        except Exception as error:
            problem = to_problem(error)
            if not status:
                await JSONResponse(problem.model_dump(), 500, media_type=MEDIA_TYPE)(scope, receive, send_named)
        finally:
            seconds = time.perf_counter() - started
            _log.info("%s %s %s %d ms", scope["method"], scope["path"], status or "gone", round(1000 * seconds))
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._count(method, route, status or _GONE, seconds)
            trace_id.reset(trace)
            request_id.reset(token)
