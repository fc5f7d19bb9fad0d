"""The drain: the time between SIGTERM and the end, in which load balancers stop sending requests."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standfirst.api.middleware.security_headers import SecurityHeaders
from standfirst.api.problems import error_response
from standfirst_models.errors import EngineStopped


class Drain:
    """Middleware that, once it has ``begun``, reports not ready on ``/readyz`` and closes connections after an answer.

    Other requests are served as before, since a load balancer takes time to notice.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or report not ready."""

        async def send_and_close(message: Message) -> None:
            if message["type"] == "http.response.start" and self.begun:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        if self.begun and scope["path"] == "/readyz":
            error = EngineStopped("The service ends, and takes what still comes for a moment. Send requests elsewhere.")
            await SecurityHeaders(error_response(error))(scope, receive, send_and_close)
        else:
            await self._app(scope, receive, send_and_close)
