"""The routes of jobs, with scripted models."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from starlette.testclient import TestClient

from standfirst_models.protocols.writer import Prompt
from tests.api.scripted_service import STORY, HeldWriter, ended_job, problem, service
from tests.models.scripted import ScriptedWriter

OTHER = STORY.replace("Harwick", "Marlow").replace("Tuesday", "Friday")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service(tmp_path_factory.mktemp("data")) as running:
        yield running


def lines(client: TestClient, job: str) -> list[dict[str, Any]]:
    response = client.get(f"/v1/jobs/{job}/results")
    assert response.headers["content-type"].startswith("application/jsonl")
    return [json.loads(line) for line in response.text.splitlines()]


def test_every_item_has_one_result_and_a_failure_does_not_affect_the_others(client: TestClient) -> None:
    items = [{"text": STORY}, {"text": " "}, {"url": "http://127.0.0.1/"}, {"text": OTHER, "points": 1}]
    made = client.post("/v1/jobs", json={"items": items})
    assert made.status_code == 202
    assert client.get(made.headers["location"]).json()["id"] == made.json()["id"]
    reply = ended_job(client, made.json()["id"])
    assert reply["state"] == "done"
    assert reply["progress"] == 1
    assert reply["item_states"] == ["done", "failed", "failed", "done"]
    assert reply["counts"] == {"waiting": 0, "running": 0, "done": 2, "failed": 2, "cancelled": 0}
    first, second, third, fourth = lines(client, reply["id"])
    assert [first["index"], second["index"], third["index"], fourth["index"]] == [0, 1, 2, 3]
    assert second["error"]["code"] == "empty_source"
    assert third["error"]["code"] == "fetch_forbidden"
    assert len(fourth["briefing"]["points"]) == 1
    interactive = client.post("/v1/briefings", json={"text": STORY}).json()
    assert interactive["cached"]
    assert {**interactive, "cached": 0, "timing_ms": 0} == {**first["briefing"], "cached": 0, "timing_ms": 0}


def test_the_events_of_a_job_are_one_for_each_item_and_one_for_its_end(client: TestClient) -> None:
    job = client.post("/v1/jobs", json={"items": [{"text": STORY}, {"text": ""}]}).json()["id"]
    with client.stream("GET", f"/v1/jobs/{job}/events") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        reply = "".join(response.iter_text())
    events = [dict(line.split(": ", 1) for line in block.splitlines()) for block in reply.strip().split("\n\n")]
    assert [event["event"] for event in events] == ["item", "item", "done"]
    assert {json.loads(event["data"])["index"] for event in events[:2]} == {0, 1}
    assert json.loads(events[2]["data"])["state"] == "done"


def test_cancelling_a_job_ends_its_items_with_an_error_and_stops_running_work(tmp_path: Path) -> None:
    writer = HeldWriter()
    with service(tmp_path, writer, job_lanes=1) as client:
        job = client.post("/v1/jobs", json={"items": [{"text": STORY}] * 3}).json()["id"]
        assert writer.writing.wait(10)
        cancelled = client.delete(f"/v1/jobs/{job}").json()
        writer.go_on.set()
        assert cancelled["state"] == "cancelled"
        assert cancelled["counts"]["cancelled"] == 3
        time.sleep(0.2)
        assert [line["error"]["code"] for line in lines(client, job)] == ["cancelled"] * 3
        # Cancelling what has ended changes nothing.
        assert client.delete(f"/v1/jobs/{job}").json() == cancelled


def test_the_same_idempotency_key_returns_the_same_job_for_the_same_body_only(client: TestClient) -> None:
    key = {"Idempotency-Key": "monday"}
    first = client.post("/v1/jobs", json={"items": [{"text": STORY}]}, headers=key)
    again = client.post("/v1/jobs", json={"items": [{"text": STORY}]}, headers=key)
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    other = client.post("/v1/jobs", json={"items": [{"text": OTHER}]}, headers=key)
    problem(other, 422, "idempotency_conflict")
    without = client.post("/v1/jobs", json={"items": [{"text": STORY}]})
    assert without.json()["id"] != first.json()["id"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"items": [{"text": "x"}] * 1001},
        {"items": [{"text": "x", "url": "y"}]},
        {"items": [{"text": "x", "points": 11}]},
        {"items": [{"text": "x"}], "webhook": "https://example.com/"},
        {"items": [{"text": "x"}], "webhook": "\0"},
        {"items": [{"text": "x"}], "more": 1},
        {"items": "x"},
    ],
)
def test_an_invalid_request_for_a_job_is_refused_as_a_whole(client: TestClient, body: dict[str, Any]) -> None:
    problem(client.post("/v1/jobs", json=body), 422, "invalid_request")


def test_a_job_that_names_an_unknown_model_is_refused(client: TestClient) -> None:
    problem(client.post("/v1/jobs", json={"items": [{"text": "x", "model": "gpt"}]}), 422, "unknown_model")


def test_a_job_is_found_only_with_the_key_that_created_it(tmp_path: Path) -> None:
    with service(tmp_path, api_keys=["reader:one", "editor:two"]) as client:
        reader, editor = {"X-API-Key": "one"}, {"X-API-Key": "two"}
        job = client.post("/v1/jobs", json={"items": [{"text": STORY}]}, headers=reader).json()["id"]
        assert ended_job(client, job, **reader)["state"] == "done"
        for path in ("", "/results", "/events"):
            problem(client.get(f"/v1/jobs/{job}{path}", headers=editor), 404, "not_found")
        problem(client.delete(f"/v1/jobs/{job}", headers=editor), 404, "not_found")
        problem(client.get(f"/v1/jobs/{job}"), 401, "unauthorized")


def test_items_beyond_the_limit_are_refused_with_a_time_to_retry(tmp_path: Path) -> None:
    with service(tmp_path, max_waiting_items=2, job_lanes=0) as client:
        client.post("/v1/jobs", json={"items": [{"text": STORY}]})
        refused = client.post("/v1/jobs", json={"items": [{"text": STORY}] * 2}, headers={"Idempotency-Key": "a"})
        assert "1 items" in problem(refused, 429, "quota_exceeded")
        assert int(refused.headers["retry-after"]) > 0
        assert client.post("/v1/jobs", json={"items": [{"text": OTHER}]}, headers={"Idempotency-Key": "a"})


def test_interactive_requests_precede_the_items_of_jobs(tmp_path: Path) -> None:
    order: list[str] = []
    started, go_on = Event(), Event()

    def write(prompt: Prompt) -> str:
        order.append("Marlow" if "Marlow" in prompt.passage else "Harwick")
        if len(order) == 1:
            started.set()
            go_on.wait(10)
        return "No."

    def wait_until_writer_has(client: TestClient, requests: int) -> None:
        while f'standfirst_queue{{model="scripted"}} {requests}.0' not in client.get("/metrics").text:
            time.sleep(0.01)

    with service(tmp_path, ScriptedWriter(write)) as client:
        marlow = OTHER.replace("Buses", "Marlow buses").replace("The work", "Marlow's work")
        client.post("/v1/jobs", json={"items": [{"text": marlow}]})
        assert started.wait(10)
        job = client.post("/v1/jobs", json={"items": [{"text": f"{marlow} x"}]}).json()["id"]
        wait_until_writer_has(client, 2)
        request = Thread(target=lambda: client.post("/v1/briefings", json={"text": STORY}))
        request.start()
        wait_until_writer_has(client, 3)
        go_on.set()
        request.join()
        ended_job(client, job)
    first_urgent = order.index("Harwick")
    assert "Marlow" in order[first_urgent:], "the second item was written before the caller who waited was served"


def test_an_item_has_no_timeout_but_its_own(tmp_path: Path) -> None:
    gate = Event()

    def slow(_: Prompt) -> str:
        gate.wait(0.6)
        return "No."

    with service(tmp_path, ScriptedWriter(slow), request_timeout=0.1) as client:
        short = {"text": STORY, "timeout_s": 0.5}
        items = [{"text": OTHER}, short, {**short, "on_timeout": "quote"}]
        job = client.post("/v1/jobs", json={"items": items}).json()["id"]
        assert ended_job(client, job)["item_states"] == ["done", "failed", "done"]
        whole, late, quoted = lines(client, job)
    assert whole["briefing"]["coverage"]["complete"]
    assert late["error"]["code"] == "timed_out"
    assert not quoted["briefing"]["coverage"]["complete"]


def test_an_accepted_job_is_done_after_a_restart(tmp_path: Path) -> None:
    with service(tmp_path, job_lanes=0) as client:
        job = client.post("/v1/jobs", json={"items": [{"text": STORY}]}).json()["id"]
    with service(tmp_path) as client:
        assert ended_job(client, job)["counts"]["done"] == 1


@pytest.mark.parametrize("hook", ["ftp://example.com/", "https://a:b@example.com/", "https://example.com:22/", "\0"])
def test_a_webhook_that_could_never_be_called_is_refused(tmp_path: Path, hook: str) -> None:
    with service(tmp_path, webhook_secret="s3cret") as client:
        refused = client.post("/v1/jobs", json={"items": [{"text": STORY}], "webhook": hook})
        assert problem(refused, 422, "invalid_request").startswith("webhook: ")
