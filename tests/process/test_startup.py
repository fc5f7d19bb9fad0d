"""The start of the service: it answers while it loads, and says what prevents it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.process.serving import SAMPLE

pytestmark = pytest.mark.process


def test_the_service_is_alive_while_weights_are_downloaded(tmp_path: Path) -> None:
    # Nothing is in the cache, and pip is given an index that takes its time.
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        index = f"http://127.0.0.1:{silent.getsockname()[1]}/simple"
        process = subprocess.Popen(
            [sys.executable, "-c", "from standfirst.cli import run; run()", "serve"],
            env={
                **os.environ,
                "STANDFIRST_MODELS_DIR": str(tmp_path / "models"),
                "STANDFIRST_DATA_DIR": str(tmp_path),
                "STANDFIRST_PORT": str(port),
                "PIP_INDEX_URL": index,
                "PIP_CONFIG_FILE": os.devnull,
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        assert any("loading the models" in line for line in process.stderr)
        assert httpx2.get(f"http://127.0.0.1:{port}/healthz").json() == {"status": "ok"}
        early = httpx2.post(f"http://127.0.0.1:{port}/v1/briefings", json=SAMPLE)
        assert (early.status_code, early.json()["code"]) == (503, "not_ready")
        assert early.headers["retry-after"]
        process.terminate()
        _, log = process.communicate(timeout=30)
        assert process.returncode == 0
        assert "Traceback" not in log


def test_a_port_in_use_is_reported_in_one_line(models_dir: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        settings = {"STANDFIRST_MODELS_DIR": str(models_dir), "STANDFIRST_DATA_DIR": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", "from standfirst.cli import run; run()", "serve"],
            env={**os.environ, **settings, "STANDFIRST_PORT": port},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert port in done.stderr
