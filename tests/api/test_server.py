"""The end of the server while requests are waiting and jobs are running."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from standfirst_models.protocols.writer import Prompt
from tests.api.running_service import running
from tests.api.scripted_service import STORY
from tests.models.scripted import ScriptedWriter

pytestmark = pytest.mark.process


class Slow(ScriptedWriter):
    """A writer whose only step lasts until ``let_go`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.writing, self.let_go = threading.Event(), threading.Event()

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], finished: Callable[[int, str], None]
    ) -> list[str]:
        self.writing.set()
        self.let_go.wait(20)
        return [""] * len(prompts)


def test_waiting_requests_get_an_error_when_the_server_stops_during_a_long_step(tmp_path: Path) -> None:
    writer = Slow()

    def ask(port: int, number: int, accept: str) -> httpx2.Response:
        request = {"text": STORY.replace("Harwick", f"Harwick{number}")}
        url = f"http://127.0.0.1:{port}/v1/briefings"
        return httpx2.post(url, json=request, headers={"Accept": accept}, timeout=60)

    with ThreadPoolExecutor(3) as pool:
        with running(tmp_path, writer) as port:
            items = {"items": [{"text": STORY}]}
            assert httpx2.post(f"http://127.0.0.1:{port}/v1/jobs", json=items).status_code == 202
            assert writer.writing.wait(10)
            asked = [pool.submit(ask, port, number, "application/json") for number in range(2)]
            streamed = pool.submit(ask, port, 2, "text/event-stream")
            queue = 'standfirst_queue{model="scripted"} 4.0'
            while queue not in httpx2.get(f"http://127.0.0.1:{port}/metrics").text:
                pass
        writer.let_go.set()
        for answer in (one.result() for one in asked):
            assert (answer.status_code, answer.json()["code"]) == (503, "engine_stopped")
            assert "Send the request again" in answer.json()["detail"]
        last = streamed.result().text.strip().split("\n\n")[-1].splitlines()
    assert last[0] == "event: error"
    assert json.loads(last[1].removeprefix("data: "))["code"] == "engine_stopped"
    with closing(sqlite3.connect(tmp_path / "standfirst.sqlite3")) as database:
        assert database.execute("SELECT state, tries, lease FROM items").fetchall() == [("waiting", 0, None)]
