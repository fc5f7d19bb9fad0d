"""The daily quota of a key."""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from standfirst.application.keys import Caller, new_key
from standfirst.application.quota import within_quota
from standfirst.errors import InvalidRequest, QueueFull, QuotaExceeded, StoreFailed
from standfirst.store.database import open_database, sqlite_url
from standfirst.store.usage import UsageStore
from standfirst_models.errors import EngineStopped, InferenceFailed, NotReady
from tests.api.scripted_service import STORY, HeldWriter, problem, service


def new_limited_key(folder: Path, *limits: str) -> str:
    """Save a new key with ``limits`` in the file of keys; return the key."""
    key, lines = new_key("reader")
    (folder / "keys").write_text("\n".join([lines, *limits]), encoding="utf-8")
    return key


def test_articles_count_alone_and_in_jobs(tmp_path: Path) -> None:
    key = new_limited_key(tmp_path, "articles_per_day = 3")
    with service(tmp_path, api_keys_file=tmp_path / "keys") as client:
        client.headers["Authorization"] = f"Bearer {key}"
        assert client.post("/v1/briefings", json={"text": STORY}).status_code == 200
        same = {"Idempotency-Key": "a"}
        job = {"items": [{"text": STORY}] * 2}
        assert client.post("/v1/jobs", json=job, headers=same).status_code == 202
        assert client.post("/v1/jobs", json=job, headers=same).status_code == 202, "the same job was counted twice"
        detail = problem(client.post("/v1/briefings", json={"text": STORY}), 429, "quota_exceeded")
        assert "a day is 3" in detail
    with service(tmp_path, api_keys_file=tmp_path / "keys") as client:
        client.headers["Authorization"] = f"Bearer {key}"
        problem(client.post("/v1/briefings", json={"text": STORY}), 429, "quota_exceeded")


def test_articles_that_the_service_refuses_do_not_count(tmp_path: Path) -> None:
    writer = HeldWriter()
    key = new_limited_key(tmp_path, "articles_per_day = 3")
    settings: dict[str, Any] = {"api_keys_file": tmp_path / "keys", "max_waiting_items": 1, "job_lanes": 0}
    with service(tmp_path, writer, queue_size=1, **settings) as client:
        client.headers["X-API-Key"] = key
        first = Thread(target=lambda: client.post("/v1/briefings", json={"text": STORY}))
        first.start()
        assert writer.writing.wait(10)
        other = {"text": STORY.replace("Harwick", "Marlow")}
        for _ in range(5):
            problem(client.post("/v1/briefings", json=other), 429, "queue_full")
            problem(client.post("/v1/jobs", json={"items": [other, other]}), 429, "quota_exceeded")
        writer.go_on.set()
        first.join()
        assert client.post("/v1/briefings", json=other).status_code == 200
        assert client.post("/v1/jobs", json={"items": [other]}).status_code == 202
        assert "has used 3" in problem(client.post("/v1/briefings", json=other), 429, "quota_exceeded")


@pytest.mark.parametrize(
    ("error", "is_counted"),
    [
        (EngineStopped("It stops."), False),
        (NotReady("It loads.", 1), False),
        (QueueFull("It is full.", 1), False),
        (StoreFailed("It does not answer."), False),
        (InvalidRequest("No sentence fits."), True),
        (InferenceFailed("It fails."), True),
    ],
)
def test_an_article_counts_only_if_the_service_worked_on_it(tmp_path: Path, error: Exception, is_counted: bool) -> None:
    database = open_database(sqlite_url(tmp_path))
    caller, usage = Caller("reader", articles_per_day=1), UsageStore(database)

    async def fail() -> None:
        raise error

    with pytest.raises(type(error)):
        asyncio.run(within_quota(caller, usage, 1, fail))
    with pytest.raises(QuotaExceeded if is_counted else type(error)):
        asyncio.run(within_quota(caller, usage, 1, fail))
    database.close()
