"""The limit on request bodies, in bytes and in seconds."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.api.running_service import raw_request, running
from tests.api.scripted_service import STORY, problem, service
from tests.models.scripted import ScriptedWriter


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with service(tmp_path) as running:
        yield running


def test_a_body_without_a_declared_size_is_limited_too(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 100_000

    response = client.post("/v1/briefings", content=endless(), headers={"Content-Type": "application/json"})
    problem(response, 413, "too_large")


def test_a_body_that_does_not_arrive_in_time_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standfirst.api.middleware.body_limit.BODY_SECONDS", 0.2)
    with running(tmp_path, ScriptedWriter()) as port:

        async def dawdle() -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(raw_request(port, {"text": STORY})[:-20])
            answer = await asyncio.wait_for(reader.read(4096), 10)
            writer.close()
            await writer.wait_closed()
            return answer

        assert asyncio.run(dawdle()).startswith(b"HTTP/1.1 408")


def test_a_compressed_body_is_refused_by_its_name(client: TestClient) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = client.post(
        "/v1/briefings", content=gzip.compress(json.dumps({"text": STORY}).encode()), headers=headers
    )
    assert "Content-Encoding" in problem(response, 415, "not_text")
