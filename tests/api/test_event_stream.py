"""The event stream of a briefing, with scripted models; on a real socket if the test is about the connection."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from standfirst.api import event_stream
from standfirst_models.protocols.writer import Prompt
from tests.api.running_service import raw_request, running
from tests.api.scripted_service import STORY, EndlessWriter, problem, service
from tests.models.scripted import ScriptedWriter, StallingWriter

ACCEPT = {"Accept": "text/event-stream"}


def parse_events(text: str) -> list[tuple[str, Any]]:
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
    return parse_events(response.text)


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
            **({("headline", 0): whole["headline"]} if whole["headline"] else {}),
            ("standfirst", 0): whole["standfirst"][0],
            **{("point", index): point for index, point in enumerate(whole["points"])},
        }
    assert (came[-1][1]["cached"], again[-1][1]["cached"]) == (False, True)
    assert {**came[-1][1], "timing_ms": 0, "cached": 0} == {**whole, "timing_ms": 0, "cached": 0}


def test_a_sentence_is_sent_while_later_ones_are_drafted(tmp_path: Path) -> None:
    stalling = StallingWriter()
    with running(tmp_path, stalling) as port:

        async def read() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(raw_request(port, {"text": STORY, "title": "Bridge"}))
            await asyncio.wait_for(reader.readuntil(b'"place":"standfirst"'), 10)
            stalling.first_was_seen.set()
            await asyncio.wait_for(reader.readuntil(b"event: done"), 10)
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
def test_an_error_before_the_article_was_read_is_a_problem(
    tmp_path: Path, body: dict[str, Any], status: int, code: str
) -> None:
    with service(tmp_path) as client:
        problem(client.post("/v1/briefings", json=body, headers=ACCEPT), status, code)


def test_an_error_after_the_article_was_read_ends_the_stream(tmp_path: Path) -> None:
    def fail(_: Prompt) -> str:
        raise RuntimeError(STORY)

    with service(tmp_path, ScriptedWriter(fail)) as client:
        came = streamed(client, text=STORY)
    assert came[0][0] == "article"
    assert came[-1][0] == "error"
    assert came[-1][1]["code"] == "inference_failed"
    assert "Harwick" not in came[-1][1]["detail"]


def test_the_writer_stops_when_the_caller_disconnects(tmp_path: Path) -> None:
    writer = EndlessWriter()
    with running(tmp_path, writer) as port:

        async def hang_up() -> None:
            _, sent = await asyncio.open_connection("127.0.0.1", port)
            sent.write(raw_request(port, {"text": STORY}))
            assert await asyncio.to_thread(writer.begun.wait, 10)
            sent.close()
            await sent.wait_closed()

        asyncio.run(hang_up())
        assert writer.stopped.wait(5)


def test_a_silent_stream_sends_comments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "HEARTBEAT", 0.05)
    gate = threading.Event()

    def slow(_: Prompt) -> str:
        gate.wait(0.3)
        return "No."

    with service(tmp_path, ScriptedWriter(slow)) as client:
        text = client.post("/v1/briefings", json={"text": STORY}, headers=ACCEPT).text
    assert text.count(": ping") >= 2
    assert parse_events(text)[-1][0] == "done"
