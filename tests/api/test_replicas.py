"""Two services over one PostgreSQL: what one has made or accepted, the other one has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.scripted_service import STORY, EndlessWriter, service
from tests.store.databases import postgres

pytestmark = pytest.mark.process


def test_a_briefing_is_made_by_one_and_given_again_by_the_other(tmp_path: Path) -> None:
    with postgres() as server, service(tmp_path, database_url=server.url) as one:
        with service(tmp_path, database_url=server.url) as other:
            made = one.post("/v1/briefings", json={"text": STORY}).json()
            given = other.post("/v1/briefings", json={"text": STORY}).json()
            assert (made["cached"], given["cached"], given["id"]) == (False, True, made["id"])
            assert other.get(f"/v1/briefings/{made['id']}").json()["points"] == made["points"]


def test_a_job_handed_in_at_one_is_worked_on_by_the_other_and_followed_at_either(tmp_path: Path) -> None:
    with postgres() as server, service(tmp_path, database_url=server.url, job_lanes=0) as one:
        with service(tmp_path, database_url=server.url) as other:
            job = one.post("/v1/jobs", json={"items": [{"text": STORY}, {"text": f"{STORY} It was late."}]}).json()[
                "id"
            ]
            for each in (one, other):
                told = [line for line in each.get(f"/v1/jobs/{job}/events").text.splitlines() if line[:6] == "event:"]
                assert told == ["event: item", "event: item", "event: done"]
                lines = each.get(f"/v1/jobs/{job}/results").text.splitlines()
                assert [json.loads(line)["index"] for line in lines] == [0, 1]


def test_what_one_works_on_when_it_ends_is_handed_back_for_the_other(tmp_path: Path) -> None:
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
