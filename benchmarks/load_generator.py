"""A load generator: threads that send requests to a service and record the answers."""

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
#: The seconds until a refused request is repeated.
_PAUSE = 0.5
#: The number of attempts to submit a job, or to follow it.
_ATTEMPTS = 500
#: The number of items of a job.
_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its outcome: "200", or what was wrong. Times are those of ``time.monotonic``."""

    sent_at: float
    ended_at: float
    kind: str
    outcome: str


class LoadGenerator:
    """Threads that send requests during a ``with`` block. ``threads`` are their numbers by kind.

    The kinds are ``briefing``, ``stream`` and ``job``. A thread of jobs submits a job with an idempotency key until it
    is accepted, and follows its events to the end, again after each broken connection. At the end of the block each
    thread completes its request.
    """

    def __init__(self, address: str, texts: Sequence[str], threads: Mapping[str, int]) -> None:
        self._address = address
        self._texts = texts
        self._numbers = itertools.count()
        self._stopped = threading.Event()
        #: All exchanges so far.
        self.exchanges: list[Exchange] = []
        #: The accepted jobs: the number of items by id.
        self.jobs: dict[str, int] = {}
        kinds: dict[str, Callable[[httpx2.Client], object]] = {
            "briefing": self._briefing,
            "stream": self._stream,
            "job": self._job,
        }
        self._threads = [
            threading.Thread(target=self._run, args=(kinds[kind],))
            for kind, number in threads.items()
            for _ in range(number)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def counts(self) -> dict[str, int]:
        """Return the number of exchanges by kind and outcome."""
        return dict(sorted(Counter(f"{exchange.kind} {exchange.outcome}" for exchange in self.exchanges).items()))

    def _run(self, send: Callable[[httpx2.Client], object]) -> None:
        with httpx2.Client(base_url=self._address, timeout=600) as client:
            while not self._stopped.is_set():
                send(client)

    def _record(self, kind: str, send: Callable[[], str]) -> bool:
        sent_at = time.monotonic()
        try:
            outcome = send()
        except httpx2.HTTPError as error:
            outcome = type(error).__name__
        self.exchanges.append(Exchange(sent_at, time.monotonic(), kind, outcome))
        if outcome != "200":
            time.sleep(_PAUSE)
        return outcome == "200"

    def _repeat(self, kind: str, send: Callable[[], str]) -> bool:
        return any(self._record(kind, send) for _ in range(_ATTEMPTS))

    def _request(self) -> dict[str, Any]:
        number = next(self._numbers)
        return {"text": f"{self._texts[number % len(self._texts)]}\n\nThis is number {number}.", "points": 1}

    def _briefing(self, client: httpx2.Client) -> None:
        request = self._request()

        def send() -> str:
            answer = client.post("/v1/briefings", json=request)
            return check(answer.json(), request) if answer.status_code == 200 else refusal(answer)

        self._record("briefing", send)

    def _stream(self, client: httpx2.Client) -> None:
        request = self._request()

        def send() -> str:
            with client.stream("POST", "/v1/briefings", json=request, headers=_EVENTS) as answer:
                if answer.status_code != 200:
                    answer.read()
                    return refusal(answer)
                last, content = _last_event(answer)
            return check(content, request) if last == "done" else f"{last} {content.get('code', '')}".strip()

        self._record("stream", send)

    def _job(self, client: httpx2.Client) -> None:
        items = [self._request() for _ in range(_ITEMS)]
        key = {"Idempotency-Key": uuid.uuid4().hex}
        job: dict[str, Any] = {}

        def send() -> str:
            answer = client.post("/v1/jobs", json={"items": items}, headers=key)
            if answer.status_code != 202:
                return refusal(answer)
            job.update(answer.json())
            return "200"

        def follow() -> str:
            with client.stream("GET", f"/v1/jobs/{job['id']}/events") as answer:
                if answer.status_code != 200:
                    answer.read()
                    return refusal(answer)
                last, _ = _last_event(answer)
                return "200" if last == "done" else f"cut after {last}"

        if self._repeat("job", send):
            self.jobs[job["id"]] = _ITEMS
            self._repeat("events", follow)


def refusal(answer: httpx2.Response) -> str:
    """Describe an answer that is not 200: its status and code, and what is missing from it."""
    if answer.headers.get("content-type") != "application/problem+json":
        return f"{answer.status_code} without a problem"
    text = f"{answer.status_code} {answer.json()['code']}"
    lacks_header = answer.status_code in (429, 503) and "retry-after" not in answer.headers
    return f"{text} without Retry-After" if lacks_header else text


def check(briefing: dict[str, Any], request: Mapping[str, Any]) -> str:
    """Return "200" where the briefing has sentences and cites the article of the request."""
    sentences = [*briefing["standfirst"], *briefing["points"]]
    cited = [source["text"] in request["text"] for sentence in sentences for source in sentence["sources"]]
    return "200" if cited and all(cited) else "200 of another article"


def _last_event(answer: httpx2.Response) -> tuple[str, dict[str, Any]]:
    """Read a stream to its end or its break, and return name and content of its last event."""
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
