"""The request log: an id and one log line for each request.

The line holds method, path, status and time, and never a body, a query or a key.
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

from standfirst.api.connection import DISCONNECTED
from standfirst.api.problems import MEDIA_TYPE, error_response
from standfirst.application.problems import to_problem
from standfirst.telemetry import request_id, trace_id, trace_of
from standfirst_models.errors import EngineStopped

_log = logging.getLogger(__name__)

_VALID_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_HEADER = "X-Request-ID"
_METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS"})


class RequestLog:
    """Middleware that gives each request an id, logs it, and answers errors that nothing else has handled.

    The id is the caller's ``X-Request-ID`` if valid, else a new one; the answer repeats it. ``count`` is called with
    method, route, status and seconds.
    """

    def __init__(self, app: ASGIApp, count: Callable[[str, str, int, float], None]) -> None:
        self._app = app
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent_id = Headers(scope=scope).get(_HEADER, "")
        this_id = sent_id if _VALID_ID.fullmatch(sent_id) else uuid.uuid4().hex[:16]
        id_token = request_id.set(this_id)
        trace_token = trace_id.set(trace_of(Headers(scope=scope)))
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[_HEADER] = this_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except asyncio.CancelledError:
            if status:
                raise
            # Only the server cancels requests: when it stops and its grace period is over.
            stopped = EngineStopped("The service ends. Send the request again.")
            await error_response(stopped)(scope, receive, send_with_id)
        except Exception as error:
            problem = to_problem(error)
            if not status:
                await JSONResponse(problem.model_dump(), 500, media_type=MEDIA_TYPE)(scope, receive, send_with_id)
        finally:
            seconds = time.perf_counter() - started
            _log.info("%s %s %s %d ms", scope["method"], scope["path"], status or "gone", round(1000 * seconds))
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._count(method, route, status or DISCONNECTED, seconds)
            trace_id.reset(trace_token)
            request_id.reset(id_token)
