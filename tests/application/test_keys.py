"""Keys: found by their hash, read again when their file changes, and held to their limits."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from standfirst.application.keys import Caller, KeyRing, new_key
from standfirst.errors import StandfirstError
from tests.api.scripted_service import STORY, HeldWriter, problem, service


def save(file: Path, *entries: str) -> None:
    before = file.stat().st_mtime if file.exists() else 0
    file.write_text("\n".join(entries), encoding="utf-8")
    os.utime(file, (before + 1, before + 1))


def test_a_new_key_is_found_by_its_name_and_the_file_does_not_hold_it(tmp_path: Path) -> None:
    key, lines = new_key("reader")
    assert key not in lines
    save(tmp_path / "keys", lines, "requests_per_minute = 5")
    assert KeyRing([], tmp_path / "keys").find(key) == Caller("reader", requests_per_minute=5)


def test_keys_of_the_environment_have_the_names_given_or_those_of_their_hashes() -> None:
    ring = KeyRing(["editor:se:cret", "plain"], None)
    assert ring.find("se:cret") == Caller("editor")
    assert ring.find("plain") == Caller("key-" + hashlib.sha256(b"plain").hexdigest()[:8])
    for wrong in ("", "editor", "editor:se:cret", "cret", "Plain", "plain "):
        assert ring.find(wrong) is None


def test_a_file_of_keys_that_changes_is_read_again_and_one_that_breaks_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    first, second = new_key("first"), new_key("second")
    save(file, first[1])
    ring = KeyRing([], file)
    save(file, first[1], second[1])
    assert ring.find(second[0]) == Caller("second")
    save(file, "[[key")
    assert ring.find(second[0]) == Caller("second")
    save(file, second[1])
    assert ring.find(first[0]) is None
    file.unlink()
    assert ring.find(second[0]) == Caller("second")


@pytest.mark.parametrize(
    "content",
    ["[[key]]", '[[key]]\nname = "a"\nsha256 = "short"', "key = 1", "\0", 'other = "x"', new_key("a")[1] * 2],
)
def test_a_file_of_keys_that_cannot_be_read_ends_the_start(tmp_path: Path, content: str) -> None:
    (tmp_path / "keys").write_text(content)
    with pytest.raises(StandfirstError, match="file of keys cannot be read"):
        KeyRing([], tmp_path / "keys")
    with pytest.raises(StandfirstError, match="file of keys cannot be read"):
        KeyRing([], tmp_path / "none")


def test_a_key_is_told_how_often_it_may_ask_and_refused_beyond_it(tmp_path: Path) -> None:
    key, lines = new_key("reader")
    save(tmp_path / "keys", lines, "requests_per_minute = 2")
    with service(tmp_path, api_keys_file=tmp_path / "keys", api_keys=["other"]) as client:
        answers = [client.get("/v1/models", headers={"X-API-Key": key}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == ["r=1", "r=0", "r=0"]
        assert answers[0].headers["ratelimit-policy"] == '"minute";q=2;w=60'
        problem(answers[2], 429, "quota_exceeded")
        assert 1 <= int(answers[2].headers["retry-after"]) <= 60
        other = client.get("/v1/models", headers={"X-API-Key": "other"})
        assert other.status_code == 200
        assert "ratelimit" not in other.headers


def test_a_key_has_so_many_articles_a_day_whether_alone_or_in_jobs(tmp_path: Path) -> None:
    key, lines = new_key("reader")
    save(tmp_path / "keys", lines, "articles_per_day = 3")
    with service(tmp_path, api_keys_file=tmp_path / "keys") as client:
        client.headers["Authorization"] = f"Bearer {key}"
        assert client.post("/v1/briefings", json={"text": STORY}).status_code == 200
        same = {"Idempotency-Key": "a"}
        job = {"items": [{"text": STORY}] * 2}
        assert client.post("/v1/jobs", json=job, headers=same).status_code == 202
        assert client.post("/v1/jobs", json=job, headers=same).status_code == 202, "the same job was counted twice"
        detail = problem(client.post("/v1/briefings", json={"text": STORY}), 429, "quota_exceeded")
        assert "3 articles" in detail
    with service(tmp_path, api_keys_file=tmp_path / "keys") as client:
        client.headers["Authorization"] = f"Bearer {key}"
        problem(client.post("/v1/briefings", json={"text": STORY}), 429, "quota_exceeded")


def test_a_key_may_have_so_many_requests_open_at_a_time(tmp_path: Path) -> None:
    writer = HeldWriter()
    key, lines = new_key("reader")
    save(tmp_path / "keys", lines, "requests_at_once = 1")
    with service(tmp_path, writer, api_keys_file=tmp_path / "keys", api_keys=["other"]) as client:
        mine = {"X-API-Key": key}
        first = Thread(target=lambda: client.post("/v1/briefings", json={"text": STORY}, headers=mine))
        first.start()
        assert writer.writing.wait(10)
        refused = client.get("/v1/models", headers=mine)
        assert "1 requests" in problem(refused, 429, "quota_exceeded")
        assert refused.headers["retry-after"] == "1"
        assert client.get("/v1/models", headers={"X-API-Key": "other"}).status_code == 200
        writer.go_on.set()
        first.join()
        assert client.get("/v1/models", headers=mine).status_code == 200


def test_articles_that_the_service_refuses_are_not_counted(tmp_path: Path) -> None:
    writer = HeldWriter()
    key, lines = new_key("reader")
    save(tmp_path / "keys", lines, "articles_per_day = 3")
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
        assert "has had 3" in problem(client.post("/v1/briefings", json=other), 429, "quota_exceeded")
