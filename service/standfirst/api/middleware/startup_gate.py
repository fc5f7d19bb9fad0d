"""The startup gate: what answers while the application is not there yet."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from standfirst.api.middleware.security_headers import SecurityHeaders
from standfirst.api.problems import error_response
from standfirst_models.errors import NotReady

_RETRY_SECONDS = 5.0


class StartupGate:
    """An application that is healthy but not ready, until ``app`` is set and answers instead.

    A first start can take minutes, because it downloads the models' weights.
    """

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if there is an application."""
        if self.app is not None:
            await self.app(scope, receive, send)
        elif scope["path"] == "/healthz":
            await SecurityHeaders(JSONResponse({"status": "ok"}))(scope, receive, send)
        else:
            response = error_response(NotReady("The models are still being fetched and checked.", _RETRY_SECONDS))
            if scope["path"] == "/":
                response.headers["Refresh"] = f"{_RETRY_SECONDS:g}"  # the browser reloads the page by itself
            await SecurityHeaders(response)(scope, receive, send)
