"""A briefing as a stream of events, with scripted models; over a real socket where the connection matters."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from starlette.testclient import TestClient

from standfirst.api import event_stream
from standfirst_models.protocols.writer import Prompt
from standfirst_models.scripted import ScriptedEncoder, ScriptedWriter
from tests.api.running_service import running
from tests.api.scripted_service import STORY, EndlessWriter, problem, service

ACCEPT = {"Accept": "text/event-stream"}


def told(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def streamed(client: TestClient, **request: Any) -> list[tuple[str, Any]]:
    response = client.post("/v1/briefings", json=request, headers=ACCEPT)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    return told(response.text)


@pytest.mark.parametrize("title", [None, "Bridge to close for nine months"])
def test_the_sentences_of_a_stream_are_those_of_the_briefing(tmp_path: Path, title: str | None) -> None:
    with service(tmp_path) as client:
        came = streamed(client, text=STORY, title=title)
        whole = client.post("/v1/briefings", json={"text": STORY, "title": title}).json()
        again = streamed(client, text=STORY, title=title)
    for stream in (came, again):
        assert [name for name, _ in stream] == ["article", *["sentence"] * (len(stream) - 2), "done"]
        assert stream[0][1] == whole["article"]
        placed = {(one["place"], one["index"]): one["sentence"] for _, one in stream[1:-1]}
        assert placed == {
            ("headline", 0): whole["headline"],
            ("standfirst", 0): whole["standfirst"][0],
            **{("point", index): point for index, point in enumerate(whole["points"])},
        }
    assert (came[-1][1]["cached"], again[-1][1]["cached"]) == (False, True)
    assert {**came[-1][1], "timing_ms": 0, "cached": 0} == {**whole, "timing_ms": 0, "cached": 0}


def test_a_sentence_is_sent_while_others_are_still_written(tmp_path: Path) -> None:
    first_was_seen, prompts = threading.Event(), 0

    def write(_: Prompt) -> str:
        nonlocal prompts
        prompts += 1
        if prompts == 2:
            assert first_was_seen.wait(10), "the first sentence was held back until the second was written"
        return "Mars sold its moons to Venus for a song on Sunday."

    with running(tmp_path, ScriptedWriter(write)) as port:

        async def read() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request(port, {"text": STORY, "title": "Bridge"}))
            seen = b""
            while b'"place":"standfirst"' not in seen:
                seen += await asyncio.wait_for(reader.read(4096), 10)
            first_was_seen.set()
            while b"event: done" not in seen:
                seen += await asyncio.wait_for(reader.read(65536), 10)
            writer.close()
            await writer.wait_closed()

        asyncio.run(read())


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": " "}, 422, "empty_source"),
        ({"url": "http://10.0.0.1/"}, 424, "fetch_forbidden"),
        ({}, 422, "invalid_request"),
    ],
)
def test_what_is_wrong_before_anything_is_read_is_a_problem_as_elsewhere(
    tmp_path: Path, body: dict[str, Any], status: int, code: str
) -> None:
    with service(tmp_path) as client:
        problem(client.post("/v1/briefings", json=body, headers=ACCEPT), status, code)


def test_what_goes_wrong_later_ends_the_stream_with_an_error(tmp_path: Path) -> None:
    def fail(_: Prompt) -> str:
        raise RuntimeError(STORY)

    with service(tmp_path, ScriptedWriter(fail)) as client:
        came = streamed(client, text=STORY)
    assert came[0][0] == "article"
    assert came[-1][0] == "error"
    assert came[-1][1]["code"] == "inference_failed"
    assert "Harwick" not in came[-1][1]["detail"]


def test_a_caller_that_hangs_up_stops_the_writer(tmp_path: Path) -> None:
    writer = EndlessWriter()
    with running(tmp_path, writer) as port:

        async def hang_up() -> None:
            _, sent = await asyncio.open_connection("127.0.0.1", port)
            sent.write(request(port, {"text": STORY}))
            assert await asyncio.to_thread(writer.begun.wait, 10)
            sent.close()
            await sent.wait_closed()

        asyncio.run(hang_up())
        assert writer.stopped.wait(5)


def test_a_silent_stream_shows_that_it_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "HEARTBEAT", 0.05)
    gate = threading.Event()

    def slow(_: Prompt) -> str:
        gate.wait(0.3)
        return "No."

    with service(tmp_path, ScriptedWriter(slow)) as client:
        text = client.post("/v1/briefings", json={"text": STORY}, headers=ACCEPT).text
    assert text.count(": ping") >= 2
    assert told(text)[-1][0] == "done"


def test_a_budget_that_runs_out_gives_an_error_or_quotes_as_asked(tmp_path: Path) -> None:
    gate = threading.Event()

    def slow(_: Prompt) -> str:
        gate.wait(5)
        return "No."

    with service(tmp_path, ScriptedWriter(slow)) as client:
        short = {"text": STORY, "timeout_s": 0.5}
        assert "0.5 seconds" in problem(client.post("/v1/briefings", json=short), 503, "timed_out")
        quoted = client.post("/v1/briefings", json={**short, "on_timeout": "quote"}).json()
        assert quoted["coverage"]["complete"] is False
        assert len(quoted["points"]) == 3
        assert {one["origin"] for one in [*quoted["standfirst"], *quoted["points"]]} == {"quoted"}
        assert client.get(f"/v1/briefings/{quoted['id']}").status_code == 404, "what was cut short was kept"
        gate.set()
        whole = client.post("/v1/briefings", json={"text": STORY}).json()
        assert whole["coverage"]["complete"] is True
        assert not whole["cached"]


def test_a_budget_that_runs_out_before_there_is_anything_to_quote_is_an_error(tmp_path: Path) -> None:
    class Slow(ScriptedEncoder):
        def encode(self, texts: Sequence[str], cancelled: Callable[[], bool]) -> NDArray[np.float32]:
            threading.Event().wait(1)
            return super().encode(texts, cancelled)

    late = {"timeout_s": 0.5, "on_timeout": "quote"}
    with service(tmp_path, encoder=Slow()) as client:
        assert "sentences" in problem(client.post("/v1/briefings", json={"text": STORY, **late}), 503, "timed_out")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with service(tmp_path, fetch_networks="127.0.0.1/32", fetch_ports=str(port)) as client:
            request = {"url": f"http://127.0.0.1:{port}/", **late}
            assert "read" in problem(client.post("/v1/briefings", json=request), 503, "timed_out")


@pytest.mark.parametrize("sent", [b"", b"POST /v1/bri", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /hea"])
def test_a_connection_on_which_no_request_comes_is_closed(
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


def test_a_request_may_be_worked_on_for_longer_than_its_head_may_take(
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
            writer.write(request(port, {"text": STORY}))
            answer = await asyncio.wait_for(reader.read(4096), 10)
            writer.close()
            return answer

        assert asyncio.run(ask()).startswith(b"HTTP/1.1 200")


def test_a_body_that_does_not_come_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standfirst.api.middleware.body_limit.BODY_SECONDS", 0.2)
    with running(tmp_path, ScriptedWriter()) as port:

        async def dawdle() -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request(port, {"text": STORY})[:-20])
            answer = await asyncio.wait_for(reader.read(4096), 10)
            writer.close()
            await writer.wait_closed()
            return answer

        assert asyncio.run(dawdle()).startswith(b"HTTP/1.1 408")


def request(port: int, body: dict[str, Any]) -> bytes:
    content = json.dumps(body).encode()
    head = (
        f"POST /v1/briefings HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
