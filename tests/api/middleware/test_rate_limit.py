"""The limits of a key: requests a minute, and requests at once."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from standfirst.application.keys import new_key
from standfirst.errors import StoreFailed
from standfirst.store.rates import Rate, RateStore
from tests.api.scripted_service import STORY, HeldWriter, problem, service


def new_limited_key(folder: Path, *limits: str) -> str:
    """Save a new key with ``limits`` in the file of keys; return the key."""
    key, lines = new_key("reader")
    (folder / "keys").write_text("\n".join([lines, *limits]), encoding="utf-8")
    return key


def test_requests_beyond_the_rate_are_refused_and_every_response_has_the_rate(tmp_path: Path) -> None:
    key = new_limited_key(tmp_path, "requests_per_minute = 2")
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


def test_requests_beyond_the_limit_at_once_are_refused(tmp_path: Path) -> None:
    writer = HeldWriter()
    key = new_limited_key(tmp_path, "requests_at_once = 1")
    with service(tmp_path, writer, api_keys_file=tmp_path / "keys", api_keys=["other"]) as client:
        mine = {"X-API-Key": key}
        first = Thread(target=lambda: client.post("/v1/briefings", json={"text": STORY}, headers=mine))
        first.start()
        assert writer.writing.wait(10)
        refused = client.get("/v1/models", headers=mine)
        assert "at a time is 1" in problem(refused, 429, "quota_exceeded")
        assert refused.headers["retry-after"] == "1"
        assert client.get("/v1/models", headers={"X-API-Key": "other"}).status_code == 200
        writer.go_on.set()
        first.join()
        assert client.get("/v1/models", headers=mine).status_code == 200


def test_while_the_store_fails_requests_are_not_limited_and_only_the_first_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fail(_: RateStore, caller: str, __: int) -> Rate:
        asked.append(caller)
        raise StoreFailed("It does not answer.")

    monkeypatch.setattr(RateStore, "take", fail)
    key = new_limited_key(tmp_path, "requests_per_minute = 1")
    with service(tmp_path, api_keys_file=tmp_path / "keys") as client:
        answers = [client.get("/v1/models", headers={"X-API-Key": key}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert asked == ["reader"]
