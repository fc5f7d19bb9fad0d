"""Retention: expired jobs and briefings are removed, and the others stay."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from standfirst.jobs.retention import remove_expired
from standfirst.store.briefings import BriefingStore
from standfirst.store.database import open_database, sqlite_url
from standfirst.store.feeds import FeedStore
from standfirst.store.jobs import JobStore
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


def test_feeds_that_nobody_asks_for_go_with_the_briefings(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path))
    feeds, now = FeedStore(database), time.time()
    assert feeds.claim("https://a.example/old", now - 3 * 86_400, 60)
    assert feeds.claim("https://a.example/new", now, 60)

    async def run() -> None:
        stores = BriefingStore(database), JobStore(database, 1), feeds
        removing = asyncio.create_task(remove_expired(*stores, briefing_days=2, job_days=9))
        async with asyncio.timeout(10):
            while feeds.find("https://a.example/old") is not None:
                await asyncio.sleep(0.01)
        removing.cancel()

    asyncio.run(run())
    assert feeds.find("https://a.example/new") is not None
    database.close()
