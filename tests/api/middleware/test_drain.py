"""The drain, which begins with SIGTERM."""

from __future__ import annotations

import signal

import uvicorn
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from standfirst.api.middleware.drain import Drain
from standfirst.api.server import Server


def draining(seconds: float) -> tuple[Server, Drain]:
    ending = Drain(PlainTextResponse("served"))
    server = Server(uvicorn.Config(ending, log_config=None), 0.2, seconds, ending)

    async def abort() -> None:
        """Abort nothing: no request is waiting."""

    server.abort = abort
    return server, ending


def test_a_draining_service_is_not_ready_and_closes_each_connection_after_its_answer() -> None:
    server, ending = draining(60)
    client = TestClient(ending)
    assert client.get("/readyz").status_code == 200
    server.handle_exit(signal.SIGTERM, None)
    looked = client.get("/readyz")
    assert (looked.status_code, looked.headers["retry-after"]) == (503, "5")
    served = client.get("/v1/briefings")
    assert (served.status_code, served.headers["connection"]) == (200, "close")
    assert not server.should_exit


def test_a_second_signal_ends_the_drain() -> None:
    server, _ = draining(60)
    server.handle_exit(signal.SIGTERM, None)
    server.handle_exit(signal.SIGTERM, None)
    assert server.should_exit


def test_without_drain_seconds_the_first_signal_ends_the_service() -> None:
    server, ending = draining(0)
    server.handle_exit(signal.SIGTERM, None)
    assert server.should_exit
    assert TestClient(ending).get("/readyz").status_code == 200
