"""Retention: expired jobs and briefings are removed, and the others stay."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.scripted_service import STORY, ended_job, problem, service


def lines(client: TestClient, job: str) -> list[dict[str, Any]]:
    response = client.get(f"/v1/jobs/{job}/results")
    assert response.headers["content-type"].startswith("application/jsonl")
    return [json.loads(line) for line in response.text.splitlines()]


@pytest.mark.parametrize("gone", ["job", "briefing"])
def test_what_has_expired_is_removed_and_the_rest_stays(tmp_path: Path, gone: str) -> None:
    with service(tmp_path) as client:
        job = client.post("/v1/jobs", json={"items": [{"text": STORY}]}).json()["id"]
        ended_job(client, job)
        [line] = lines(client, job)
    paths = {"job": f"/v1/jobs/{job}", "briefing": f"/v1/briefings/{line['briefing']['id']}"}
    settings: dict[str, Any] = {f"{gone}_days": 1e-9}
    with service(tmp_path, **settings) as client:
        deadline = time.monotonic() + 10
        while client.get(paths[gone]).status_code != 404 and time.monotonic() < deadline:
            pass
        problem(client.get(paths.pop(gone)), 404, "not_found")
        [stays] = paths.values()
        assert client.get(stays).status_code == 200
