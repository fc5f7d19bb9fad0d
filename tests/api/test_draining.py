"""What a service says between SIGTERM and its end, so that a balancer sends it nothing more."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message

from standfirst.api.ending import Ending
from standfirst.api.server import Server


def answered(app: ASGIApp, path: str) -> tuple[int, dict[bytes, bytes]]:
    """Status and headers of the answer to a GET."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    return sent[0]["status"], dict(sent[0]["headers"])


def draining(seconds: float) -> tuple[Server, Ending]:
    ending = Ending(PlainTextResponse("served"))
    server = Server(uvicorn.Config(ending, log_config=None), 0.2, seconds, ending)

    async def nothing() -> None:
        """There is nobody to tell."""

    server.last_call = nothing
    return server, ending


def test_a_service_that_drains_is_not_ready_and_serves_what_still_comes_on_its_last_connection() -> None:
    server, ending = draining(60)
    assert answered(ending, "/readyz")[0] == 200
    server.handle_exit(signal.SIGTERM, None)
    status, headers = answered(ending, "/readyz")
    assert (status, headers[b"retry-after"]) == (503, b"5")
    status, headers = answered(ending, "/v1/briefings")
    assert (status, headers[b"connection"]) == (200, b"close")
    assert not server.should_exit


def test_a_second_signal_ends_it_at_once() -> None:
    server, _ = draining(60)
    server.handle_exit(signal.SIGTERM, None)
    server.handle_exit(signal.SIGTERM, None)
    assert server.should_exit


def test_without_seconds_to_drain_a_service_ends_at_the_first_signal() -> None:
    server, ending = draining(0)
    server.handle_exit(signal.SIGTERM, None)
    assert server.should_exit
    assert answered(ending, "/readyz")[0] == 200
