"""An instance of the service in its own process. It can be killed and restarted on the same port and data folder."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import psutil

#: The command that serves, for this interpreter.
SERVE = [sys.executable, "-c", "from standfirst.cli import run; run()", "serve"]


class Refused(Exception):
    """The service cannot condense an article; the message is its reason."""


class Instance:
    """An instance on a free port. ``settings`` are the service's, and ``cores`` pins it to CPU cores.

    The weights must be in the cache already.
    """

    def __init__(self, data_dir: Path, cores: Sequence[int] = (), **settings: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._environment = {
            **os.environ,
            "STANDFIRST_PORT": str(self.port),
            "STANDFIRST_OFFLINE": "1",
            "STANDFIRST_DATA_DIR": str(data_dir),
            **{f"STANDFIRST_{name.upper()}": value for name, value in settings.items()},
        }
        self._pin = ["taskset", "--cpu-list", ",".join(map(str, cores))] if cores else []
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=600)

    def launch(self) -> None:
        """Start the process, without waiting until it is ready."""
        self.process = subprocess.Popen(
            [*self._pin, *SERVE],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def wait(self) -> None:
        """Wait until the instance is ready."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline(), "the service did not start"

    def start(self) -> float:
        """Start the process, wait until the instance is ready, and return the seconds that it took."""
        started = time.perf_counter()
        self.launch()
        self.wait()
        return time.perf_counter() - started

    def kill(self) -> None:
        """Kill the process."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Terminate the process, and wait for its end."""
        self.process.terminate()
        self.process.wait()

    def brief(self, **request: Any) -> tuple[dict[str, Any], float]:
        """Return a briefing and the seconds that it took. Raises ``Refused``, and ``AssertionError`` for a failure."""
        started = time.perf_counter()
        response = self.client.post("/v1/briefings", json=request)
        if response.status_code == 422:
            raise Refused(response.json()["detail"])
        assert response.status_code == 200, response.text
        return response.json(), time.perf_counter() - started

    def briefings_made(self) -> int:
        """Return the number of briefings that were made, not read from the store, since the start."""
        match = re.search(r'^standfirst_briefings_total\{cached="no"\} (\S+)', self.client.get("/metrics").text, re.M)
        return int(float(match.group(1))) if match else 0

    def memory_gb(self) -> float:
        """Return the memory of the process and its children. Shared memory counts once."""
        held: int = sum(process.memory_full_info().pss for process in self._processes())
        return held / 1e9

    def peak_memory_gb(self) -> float:
        """Return the peak memory of the process, without children."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        match = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(match.group(1)) / 1e6 if match else float("nan")

    def cpu_seconds(self) -> float:
        """Return the CPU time of the process and its children since their start."""
        times = [process.cpu_times() for process in self._processes()]
        return sum(float(time.user + time.system) for time in times)

    def _processes(self) -> list[Any]:
        process = psutil.Process(self.process.pid)
        return [process, *process.children(recursive=True)]
