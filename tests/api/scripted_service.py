"""The service with scripted models, in this process."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from starlette.testclient import TestClient

from standfirst.api.app import create_app
from standfirst.services import open_services
from standfirst.settings import Settings
from standfirst_models.protocols.encoder import Encoder
from standfirst_models.protocols.writer import Prompt, Writer
from tests.application.scripted_engines import scripted_engines
from tests.models.scripted import ScriptedWriter

STORY = (
    "Harwick council voted 14 to 3 on Tuesday to close the Old Mill bridge to all traffic for nine months. "
    "The work will cost £2.4m, of which the county will pay £1.5m. "
    "Buses 4 and 11 will be sent over the ring road, which adds about 12 minutes to the journey into town. "
    "Shopkeepers in Mill Street had asked for the work to be done at night, with one lane kept open. "
    "Three councillors voted against the plan, and Tom Pryce said he was not convinced. "
    "The council agreed to look into a temporary footbridge and to report in February."
)


def is_of_the_story(text: str) -> bool:
    """Return whether ``text`` is a sentence of the story, or is left of one without some of its words."""
    words = re.findall(r"[\w£.]+\b", text)
    return any(_is_within(words, re.findall(r"[\w£.]+\b", sentence)) for sentence in STORY.split(". "))


def _is_within(words: list[str], sentence: list[str]) -> bool:
    remaining = iter(sentence)
    return bool(words) and all(word in remaining for word in words)


class HeldWriter(ScriptedWriter):
    """A writer that sets ``writing`` when it begins, and answers "No." when ``go_on`` is set."""

    def __init__(self) -> None:
        super().__init__(self._held)
        self.writing, self.go_on = Event(), Event()

    def _held(self, _: Prompt) -> str:
        self.writing.set()
        self.go_on.wait(10)
        return "No."


class EndlessWriter(ScriptedWriter):
    """A writer that sets ``begun`` when it begins, and writes until every row is cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.stopped = Event(), Event()

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], finished: Callable[[int, str], None]
    ) -> list[str]:
        """Write nothing, until every row is cancelled."""
        self.begun.set()
        while not all(cancelled(row) for row in range(len(prompts))):
            time.sleep(0.001)
        self.stopped.set()
        return [""] * len(prompts)


@contextmanager
def service(
    data_dir: Path,
    writer: Writer | None = None,
    encoder: Encoder | None = None,
    *,
    wait: bool = True,
    **settings: Any,
) -> Iterator[TestClient]:
    """Run the service and yield a client of it, when it is ready if ``wait``."""
    app = create_app(open_services(Settings(data_dir=data_dir, **settings), scripted_engines(writer, encoder)))
    with TestClient(app, raise_server_exceptions=False) as client:
        while wait and client.get("/readyz").status_code != 200:
            time.sleep(0.005)
        yield client


def problem(response: Any, status: int, code: str) -> str:
    """Check that ``response`` is a complete problem, and return its detail."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    reply = response.json()
    assert set(reply) == {"type", "title", "status", "code", "detail", "request_id"}
    assert (reply["status"], reply["code"]) == (status, code)
    assert reply["request_id"] == response.headers["x-request-id"]
    assert "Traceback" not in response.text
    assert "/service/" not in response.text
    return str(reply["detail"])


def ended_job(client: TestClient, job: str, **headers: str) -> dict[str, Any]:
    """Wait until a job has ended, and return its state."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        state: dict[str, Any] = client.get(f"/v1/jobs/{job}", headers=headers).json()
        if state["ended_at"]:
            return state
        time.sleep(0.005)
    raise AssertionError(state)
