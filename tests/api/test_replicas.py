"""Two replicas of the service that share a PostgreSQL database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.scripted_service import STORY, EndlessWriter, service
from tests.store.databases import postgres

pytestmark = pytest.mark.process


def test_a_briefing_that_one_replica_makes_is_stored_for_the_other(tmp_path: Path) -> None:
    with postgres() as server, service(tmp_path, database_url=server.url) as one:
        with service(tmp_path, database_url=server.url) as other:
            made = one.post("/v1/briefings", json={"text": STORY}).json()
            given = other.post("/v1/briefings", json={"text": STORY}).json()
            assert (made["cached"], given["cached"], given["id"]) == (False, True, made["id"])
            assert other.get(f"/v1/briefings/{made['id']}").json()["points"] == made["points"]


def test_a_job_of_one_replica_is_done_by_the_other_and_visible_in_both(tmp_path: Path) -> None:
    with postgres() as server, service(tmp_path, database_url=server.url, job_lanes=0) as one:
        with service(tmp_path, database_url=server.url) as other:
            job = one.post("/v1/jobs", json={"items": [{"text": STORY}, {"text": f"{STORY} It was late."}]}).json()[
                "id"
            ]
            for each in (one, other):
                reply = [line for line in each.get(f"/v1/jobs/{job}/events").text.splitlines() if line[:6] == "event:"]
                assert reply == ["event: item", "event: item", "event: done"]
                lines = each.get(f"/v1/jobs/{job}/results").text.splitlines()
                assert [json.loads(line)["index"] for line in lines] == [0, 1]


def test_an_item_of_a_replica_that_stops_is_returned_for_the_other(tmp_path: Path) -> None:
    endless = EndlessWriter()
    with postgres() as server, service(tmp_path, database_url=server.url, job_lanes=0) as one:
        with service(tmp_path, endless, database_url=server.url) as ending:
            job = ending.post("/v1/jobs", json={"items": [{"text": STORY}]}).json()["id"]
            assert endless.begun.wait(10)
            assert one.get(f"/v1/jobs/{job}").json()["item_states"] == ["running"]
        assert one.get(f"/v1/jobs/{job}").json()["item_states"] == ["waiting"]
        with service(tmp_path, database_url=server.url):
            assert "event: done" in one.get(f"/v1/jobs/{job}/events").text
        assert one.get(f"/v1/jobs/{job}").json()["item_states"] == ["done"]
