"""Recovery: after a kill no job and no briefing is lost."""

from __future__ import annotations

import json
import time
from pathlib import Path

import httpx2
import pytest

from tests.process.serving import SAMPLE, serving

pytestmark = pytest.mark.process


def test_after_a_kill_every_item_of_a_job_has_one_result_and_stored_briefings_are_found(
    models_dir: Path, tmp_path: Path
) -> None:
    texts = [SAMPLE["text"].replace("Harwick", name) for name in ("Marlow", "Henley", "Bourne", "Ripley")]
    with serving(models_dir, tmp_path) as (process, address):
        briefing = httpx2.post(f"{address}/v1/briefings", json=SAMPLE, timeout=120).json()
        made = httpx2.post(f"{address}/v1/jobs", json={"items": [{"text": text} for text in texts]}, timeout=60)
        assert made.status_code == 202
        while httpx2.get(f"{address}{made.headers['location']}").json()["counts"]["running"] == 0:
            pass
        process.kill()
        process.wait()
    with serving(models_dir, tmp_path) as (_, address):
        again = httpx2.post(f"{address}/v1/briefings", json=SAMPLE, timeout=120).json()
        assert again["cached"]
        assert again["points"] == briefing["points"]
        deadline = time.monotonic() + 120
        job = httpx2.get(f"{address}{made.headers['location']}").json()
        while not job["ended_at"] and time.monotonic() < deadline:
            time.sleep(0.5)
            job = httpx2.get(f"{address}{made.headers['location']}").json()
        assert job["item_states"] == ["done"] * 4
        lines = httpx2.get(f"{address}{made.headers['location']}/results").text.splitlines()
    assert [json.loads(line)["index"] for line in lines] == [0, 1, 2, 3]
