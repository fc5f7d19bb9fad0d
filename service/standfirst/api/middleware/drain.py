"""Ending: a service that is told to end says so for a while first, so that a balancer sends it nothing more."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standfirst.api.middleware.security import SecurityHeaders
from standfirst.api.problems import problem_of
from standfirst_models.errors import EngineStopped


class Drain:
    """Stands before ``app``. Once it has ``begun``, ``/readyz`` says so, and an answer is the last of its connection.

    Everything else is served as ever: a balancer needs its time to look.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""

        async def send_last(message: Message) -> None:
            if message["type"] == "http.response.start" and self.begun:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        if self.begun and scope["path"] == "/readyz":
            ends = EngineStopped("The service ends, and takes what still comes for a moment. Send requests elsewhere.")
            await SecurityHeaders(problem_of(ends))(scope, receive, send_last)
        else:
            await self._app(scope, receive, send_last)
