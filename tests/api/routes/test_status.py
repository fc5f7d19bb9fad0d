"""The routes of health, readiness, models and metrics."""

from __future__ import annotations

import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from starlette.testclient import TestClient

from standfirst.api.routes import status
from tests.api.scripted_service import STORY, HeldWriter, problem, service
from tests.models.scripted import ScriptedWriter
from tests.store.databases import postgres


def value(client: TestClient, series: str) -> float:
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    found = re.search(rf"^{re.escape(series)} (\S+)$", response.text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_metrics_count_requests_briefings_sentences_and_refused_drafts(tmp_path: Path) -> None:
    writer = ScriptedWriter(lambda _: "Harwick council voted 15 to 2 to sell the Old Mill bridge to Leeds.")
    with service(tmp_path, writer) as client:
        for _ in range(2):
            client.post("/v1/briefings", json={"text": f"Bridge to close\n\n{STORY}"})
        client.post("/v1/briefings", json={"text": ""})
        job = client.post("/v1/jobs", json={"items": [{"text": " "}]}).json()["id"]
        while client.get(f"/v1/jobs/{job}").json()["state"] != "done":
            pass
        post = 'method="POST",route="/v1/briefings"'
        assert value(client, f'standfirst_requests_total{{{post},status="200"}}') == 2
        assert value(client, f'standfirst_requests_total{{{post},status="422"}}') == 1
        assert value(client, 'standfirst_briefings_total{cached="no"}') == 1
        assert value(client, 'standfirst_briefings_total{cached="yes"}') == 1
        assert value(client, 'standfirst_sentences_total{origin="quoted"}') == 3
        assert value(client, 'standfirst_sentences_total{origin="shortened"}') == 1
        assert value(client, 'standfirst_drafts_refused_total{reason="number"}') == 1
        assert value(client, 'standfirst_stage_seconds_count{stage="drafting"}') == 1
        assert value(client, 'standfirst_batch_rows_sum{model="scripted"}') == 1
        assert value(client, 'standfirst_queue_seconds_count{model="scripted"}') == 1
        assert value(client, 'standfirst_ready{model="scripted"}') == 1
        assert value(client, 'standfirst_queue{model="scripted"}') == 0
        assert value(client, 'standfirst_job_items{state="failed"}') == 1
        assert "Harwick" not in client.get("/metrics").text


def test_unknown_paths_and_methods_create_no_metric_series(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        for path in ("/a", "/b", "/v1/c"):
            client.request("BREW", path)
        assert value(client, 'standfirst_requests_total{method="other",route="other",status="404"}') == 3


def test_each_application_has_its_own_metrics(tmp_path: Path) -> None:
    with service(tmp_path / "a") as first, service(tmp_path / "b") as second:
        first.post("/v1/briefings", json={"text": STORY})
        assert value(first, 'standfirst_briefings_total{cached="no"}') == 1
        assert value(second, 'standfirst_briefings_total{cached="no"}') == 0


def test_a_full_disk_makes_the_service_not_ready_but_briefings_are_still_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service(tmp_path) as client:
        monkeypatch.setattr(status, "_MIN_FREE_BYTES", 10**18)
        assert "disk" in problem(client.get("/readyz"), 503, "store_failed")
        assert client.get("/healthz").status_code == 200
        assert client.post("/v1/briefings", json={"text": STORY}).status_code == 200


def test_the_service_is_not_ready_and_refuses_streams_too_while_its_queue_is_full(tmp_path: Path) -> None:
    writer = HeldWriter()
    with service(tmp_path, writer, queue_size=1) as client:
        request = Thread(target=lambda: client.post("/v1/briefings", json={"text": STORY}))
        request.start()
        assert writer.writing.wait(10)
        full = client.get("/readyz")
        assert "waiting" in problem(full, 503, "not_ready")
        assert int(full.headers["retry-after"]) >= 1
        streamed = client.post("/v1/briefings", json={"text": f"{STORY} Yes."}, headers={"Accept": "text/event-stream"})
        problem(streamed, 429, "queue_full")
        writer.go_on.set()
        request.join()
        assert client.get("/readyz").status_code == 200


@contextmanager
def full_disk(data_dir: Path) -> Iterator[None]:
    """No file of this process can grow beyond what the database already has."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = max(file.stat().st_size for file in data_dir.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_without_disk_space_briefings_are_made_but_not_stored(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        kept = client.post("/v1/briefings", json={"text": STORY}).json()
        other = {"text": STORY.replace("Harwick", "Marlow " * 1000)}
        with full_disk(tmp_path):
            made = client.post("/v1/briefings", json=other)
            assert made.status_code == 200
            assert client.get(f"/v1/briefings/{made.json()['id']}").status_code == 404
            assert client.get(f"/v1/briefings/{kept['id']}").status_code == 200
            problem(client.post("/v1/jobs", json={"items": [other] * 100}), 503, "store_failed")
        assert client.post("/v1/jobs", json={"items": [other]}).status_code == 202
        assert not client.post("/v1/briefings", json=other).json()["cached"]
        assert client.get(f"/v1/briefings/{made.json()['id']}").status_code == 200


@pytest.mark.process
def test_a_database_that_does_not_answer_is_an_error_and_the_process_stays_alive(tmp_path: Path) -> None:
    with postgres() as server, service(tmp_path, database_url=server.url) as client:
        made = client.post("/v1/briefings", json={"text": STORY}).json()
        assert client.get(f"/v1/briefings/{made['id']}").json()["cached"]
        server.stop()
        problem(client.get("/readyz"), 503, "store_failed")
        problem(client.post("/v1/briefings", json={"text": STORY}), 503, "store_failed")
        problem(client.post("/v1/jobs", json={"items": [{"text": STORY}]}), 503, "store_failed")
        assert client.get("/healthz").status_code == 200
        assert "standfirst_job_items" not in client.get("/metrics").text


def test_the_models_are_listed(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        listed = client.get("/v1/models").json()["models"]
    assert [(m["name"], m["role"], m["state"]) for m in listed] == [
        ("scripted", "writer", "ready"),
        ("scripted-encoder", "encoder", "ready"),
        ("scripted-verifier", "verifier", "ready"),
    ]
