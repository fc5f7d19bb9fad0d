"""The service in a process of its own, with the embedded models."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SAMPLE = json.loads((Path(__file__).parents[2] / "service/standfirst/sample.json").read_text())


@contextmanager
def serving(models_dir: Path, data_dir: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the service offline on a free port, and yield its process and its address when it is ready."""
    environment = {
        **os.environ,
        "STANDFIRST_MODELS_DIR": str(models_dir),
        "STANDFIRST_DATA_DIR": str(data_dir),
        "STANDFIRST_PORT": "0",
        "STANDFIRST_OFFLINE": "1",
        **settings,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", "from standfirst.cli import run; run()", "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        ready = process.stdout.readline()
        found = re.search(r"http://\S+?:\d+", ready)
        assert found, process.stderr.read() if process.stderr else ""
        yield process, found.group()
    finally:
        process.terminate()
        process.communicate(timeout=30)
