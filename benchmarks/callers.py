"""Callers: threads that ask a service for one article after the other, and note what each was answered."""

from __future__ import annotations

import itertools
import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import httpx2

_EVENTS = {"Accept": "text/event-stream"}
#: Seconds after which a caller that was refused asks again.
_PAUSE = 0.5
#: How often a job is handed in, or followed, until it is given up.
_TRIES = 500
#: Items of a job.
_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request was answered: when it was sent and when its answer had ended, its kind, and the answer."""

    asked_at: float
    answered_at: float
    kind: str
    said: str


class Callers:
    """So many callers of each of the kinds ``briefing``, ``stream`` and ``job``, for the block.

    A caller of jobs hands one in, with a key and again until it is accepted, and follows its events to its end, anew
    where they are cut off. At the end of the block each caller ends with what it has begun.
    """

    def __init__(self, address: str, texts: Sequence[str], callers: Mapping[str, int]) -> None:
        self._address = address
        self._texts = texts
        self._numbers = itertools.count()
        self._over = threading.Event()
        #: Every answer so far.
        self.answers: list[Answer] = []
        #: The jobs that were accepted: how many items, by id.
        self.jobs: dict[str, int] = {}
        kinds: dict[str, Callable[[httpx2.Client], object]] = {
            "briefing": self._briefing,
            "stream": self._stream,
            "job": self._job,
        }
        self._threads = [
            threading.Thread(target=self._calls, args=(kinds[kind],))
            for kind, number in callers.items()
            for _ in range(number)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def counted(self) -> dict[str, int]:
        """How many requests of which kind were answered how."""
        return dict(sorted(Counter(f"{one.kind} {one.said}" for one in self.answers).items()))

    def _calls(self, ask: Callable[[httpx2.Client], object]) -> None:
        with httpx2.Client(base_url=self._address, timeout=600) as client:
            while not self._over.is_set():
                ask(client)

    def _note(self, kind: str, ask: Callable[[], str]) -> str:
        asked_at = time.monotonic()
        try:
            said = ask()
        except httpx2.HTTPError as error:
            said = type(error).__name__
        self.answers.append(Answer(asked_at, time.monotonic(), kind, said))
        if said != "200":
            time.sleep(_PAUSE)
        return said

    def _until_done(self, kind: str, ask: Callable[[], str]) -> bool:
        return any(self._note(kind, ask) == "200" for _ in range(_TRIES))

    def _request(self) -> dict[str, Any]:
        number = next(self._numbers)
        return {"text": f"{self._texts[number % len(self._texts)]}\n\nThis is number {number}.", "points": 1}

    def _briefing(self, client: httpx2.Client) -> None:
        request = self._request()

        def ask() -> str:
            answer = client.post("/v1/briefings", json=request)
            return judged(answer.json(), request) if answer.status_code == 200 else refusal(answer)

        self._note("briefing", ask)

    def _stream(self, client: httpx2.Client) -> None:
        request = self._request()

        def ask() -> str:
            with client.stream("POST", "/v1/briefings", json=request, headers=_EVENTS) as answer:
                if answer.status_code != 200:
                    answer.read()
                    return refusal(answer)
                last, content = _followed(answer)
            return judged(content, request) if last == "done" else f"{last} {content.get('code', '')}".strip()

        self._note("stream", ask)

    def _job(self, client: httpx2.Client) -> None:
        items = [self._request() for _ in range(_ITEMS)]
        key = {"Idempotency-Key": uuid.uuid4().hex}
        made: dict[str, Any] = {}

        def ask() -> str:
            answer = client.post("/v1/jobs", json={"items": items}, headers=key)
            if answer.status_code != 202:
                return refusal(answer)
            made.update(answer.json())
            return "200"

        def follow() -> str:
            with client.stream("GET", f"/v1/jobs/{made['id']}/events") as answer:
                if answer.status_code != 200:
                    answer.read()
                    return refusal(answer)
                last, _ = _followed(answer)
                return "200" if last == "done" else f"cut after {last}"

        if self._until_done("job", ask):
            self.jobs[made["id"]] = _ITEMS
            self._until_done("events", follow)


def refusal(answer: httpx2.Response) -> str:
    """What an answer that is not 200 says: its status and code, and what it should have and has not."""
    if answer.headers.get("content-type") != "application/problem+json":
        return f"{answer.status_code} without a problem"
    told = f"{answer.status_code} {answer.json()['code']}"
    late = answer.status_code in (429, 503) and "retry-after" not in answer.headers
    return f"{told} without Retry-After" if late else told


def judged(briefing: dict[str, Any], request: Mapping[str, Any]) -> str:
    """``200`` where the briefing says something, and cites what was sent."""
    sentences = [*briefing["standfirst"], *briefing["points"]]
    cited = [source["text"] in request["text"] for sentence in sentences for source in sentence["sources"]]
    return "200" if cited and all(cited) else "200 of another article"


def _followed(answer: httpx2.Response) -> tuple[str, dict[str, Any]]:
    """The name and content of the last event of a stream that has ended, however it has."""
    name, content = "nothing", dict[str, Any]()
    try:
        for line in answer.iter_lines():
            if line.startswith("event:"):
                name = line.partition(":")[2].strip()
            elif line.startswith("data:"):
                content = json.loads(line.partition(":")[2])
    except httpx2.TransportError:
        pass
    return name, content
