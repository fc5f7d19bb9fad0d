"""The end of the service: SIGTERM stops it cleanly, whatever it is doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.process.serving import SAMPLE, serving

pytestmark = pytest.mark.process


def test_sigterm_stops_an_idle_service(models_dir: Path, tmp_path: Path) -> None:
    with serving(models_dir, tmp_path) as (process, address):
        assert httpx2.get(f"{address}/healthz").status_code == 200
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
        assert process.returncode == 0, log
        assert "Traceback" not in log


def test_sigterm_stops_the_service_while_a_model_writes(models_dir: Path, tmp_path: Path) -> None:
    with serving(models_dir, tmp_path) as (process, address), ThreadPoolExecutor(1) as pool:
        asked = pool.submit(httpx2.post, f"{address}/v1/briefings", json={"text": SAMPLE["text"]}, timeout=60)
        while 'standfirst_queue{model="standfirst-135m"} 1.0' not in httpx2.get(f"{address}/metrics").text:
            assert not asked.done()
        # As whoever ends a whole group of processes does.
        for one in (*psutil.Process(process.pid).children(), process):
            one.terminate()
        _, log = process.communicate(timeout=60)
        assert asked.result().status_code in {200, 503}
    assert process.returncode == 0
    assert "Traceback" not in log
    assert "terminate called" not in log


def test_sigterm_stops_the_service_while_models_load(models_dir: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "STANDFIRST_MODELS_DIR": str(models_dir), "STANDFIRST_DATA_DIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-c", "from standfirst.cli import run; run()", "serve"],
        env=environment | {"STANDFIRST_PORT": "0"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert any("loading the models" in line for line in process.stderr)
    process.terminate()
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in log
