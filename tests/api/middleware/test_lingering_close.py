"""Answers to requests whose bodies have not arrived, read by a client that reads only after it has sent everything."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
import uvicorn

from standfirst.api.middleware import lingering_close
from standfirst.api.middleware.lingering_close import LingeringClose
from standfirst.api.middleware.startup_gate import StartupGate
from tests.api.running_service import running
from tests.models.scripted import ScriptedWriter

MEBIBYTE = 1_048_576
KEYS = """
[[key]]
name = "slow"
sha256 = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
requests_per_minute = 1
"""  # the key is foo


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    keys = tmp_path_factory.mktemp("keys") / "keys.toml"
    keys.write_text(KEYS)
    with running(tmp_path_factory.mktemp("data"), ScriptedWriter(), api_keys_file=keys) as one:
        yield one


def answer(port: int, size: int, **headers: str) -> tuple[int, str]:
    """Send a body of that size, and only then read the status and the code of the answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("POST", "/v1/briefings", b" " * size, {"Content-Type": "application/json", **named})
    response = connection.getresponse()
    code = json.loads(response.read())["code"]
    connection.close()
    return response.status, code


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
@pytest.mark.parametrize("size", [4 * MEBIBYTE, 32 * MEBIBYTE])
def test_a_refusal_reaches_a_client_that_sends_everything_first(port: int, size: int, connection: str) -> None:
    assert answer(port, size, Connection=connection) == (401, "unauthorized")


def test_a_refusal_by_size_or_by_rate_reaches_such_a_client(port: int) -> None:
    key = {"X_API_Key": "foo", "Connection": "close"}
    assert answer(port, 16 * MEBIBYTE, **key) == (413, "too_large")
    assert answer(port, 16 * MEBIBYTE, **key) == (429, "quota_exceeded")


def test_a_refusal_reaches_such_a_client_while_the_service_starts() -> None:
    config = uvicorn.Config(LingeringClose(StartupGate()), port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        pass
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        assert answer(port, 16 * MEBIBYTE, Connection="close") == (503, "not_ready")
    finally:
        server.should_exit = True
        thread.join()


def test_a_client_that_expects_100_continue_sends_no_body_that_is_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(
            b"POST /v1/briefings HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\nExpect: 100-continue\r\n\r\n"
        )
        received = b""
        while piece := client.recv(65536):  # until the service closes the connection
            received += piece
    assert received.startswith(b"HTTP/1.1 401 ")


def test_a_caller_that_stops_sending_is_waited_for_no_longer_than_the_limit(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lingering_close, "MAX_PAUSE_SECONDS", 0.1)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"POST /v1/briefings HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\nno more than this")
        received = b""
        while piece := client.recv(65536):  # until the service closes the connection
            received += piece
    assert received.startswith(b"HTTP/1.1 401 ")


def test_a_body_without_end_is_received_no_further_than_the_limit(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lingering_close, "MAX_BYTES", MEBIBYTE)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"POST /v1/briefings HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunks = (b"10000\r\n" + b" " * 65536 + b"\r\n") * 1000
        with pytest.raises(OSError, match=r"reset|[Bb]roken pipe"):
            client.sendall(chunks)
