"""The id and the log line of a request."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from standfirst.settings import Settings
from standfirst.telemetry import configure
from tests.api.scripted_service import service


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with service(tmp_path) as running:
        yield running


def test_a_valid_request_id_of_the_caller_is_used_and_an_invalid_one_is_not(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert client.get("/healthz", headers={"X-Request-ID": "a b\x7f"}).headers["x-request-id"] != "a b\x7f"


@pytest.mark.parametrize(
    ("given", "trace"),
    [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4bf92f3577b34da6a3ce929d0e0e4736"),
        ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", None),
        ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", None),
        ("rubbish", None),
        ("", None),
    ],
)
def test_log_lines_contain_the_trace_id_of_the_caller(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str, trace: str | None
) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure(Settings(log_format="json"))
    try:
        with service(tmp_path) as client:
            client.get("/healthz", headers={"traceparent": given, "X-Request-ID": "mine"})
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    [line] = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "GET /healthz" in line]
    assert (line.get("trace_id"), line["request_id"]) == (trace, "mine")
