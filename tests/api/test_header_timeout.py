"""The timeout for request headers, on real connections."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from standfirst_models.protocols.writer import Prompt
from tests.api.running_service import raw_request, running
from tests.api.scripted_service import STORY
from tests.models.scripted import ScriptedWriter

pytestmark = pytest.mark.process


@pytest.mark.parametrize("sent", [b"", b"POST /v1/bri", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /hea"])
def test_a_connection_without_complete_headers_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr("standfirst.api.header_timeout.HEADER_SECONDS", 0.3)
    with running(tmp_path, ScriptedWriter()) as port:

        async def dawdle() -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            answer = await asyncio.wait_for(reader.read(), 10)
            writer.close()
            return answer

        assert asyncio.run(dawdle()).count(b"HTTP/1.1 200") == sent.count(b"\r\n\r\n")


def test_the_timeout_for_headers_does_not_limit_the_work_on_a_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standfirst.api.header_timeout.HEADER_SECONDS", 0.1)
    gate = threading.Event()

    def slow(_: Prompt) -> str:
        gate.wait(0.3)
        return "No."

    with running(tmp_path, ScriptedWriter(slow)) as port:

        async def ask() -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(raw_request(port, {"text": STORY}))
            answer = await asyncio.wait_for(reader.read(4096), 10)
            writer.close()
            return answer

        assert asyncio.run(ask()).startswith(b"HTTP/1.1 200")
