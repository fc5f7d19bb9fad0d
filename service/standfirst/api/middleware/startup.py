"""Starting: what answers before the weights are there, which a first start has to fetch."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from standfirst.api.middleware.security import SecurityHeaders
from standfirst.api.problems import problem_of
from standfirst_models.errors import NotReady

_RETRY = 5.0


class StartupGate:
    """Stands in the place of ``app`` until that is set: the process lives, and nothing else can be had yet."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        if self.app is not None:
            await self.app(scope, receive, send)
        elif scope["path"] == "/healthz":
            await SecurityHeaders(JSONResponse({"status": "ok"}))(scope, receive, send)
        else:
            early = NotReady("The models are still being fetched and checked.", _RETRY)
            answer = problem_of(early)
            if scope["path"] == "/":
                answer.headers["Refresh"] = f"{_RETRY:g}"  # a browser looks again by itself
            await SecurityHeaders(answer)(scope, receive, send)
