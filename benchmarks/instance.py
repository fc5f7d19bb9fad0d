"""An instance of the service: a process of its own, that can be killed and started again on the same port and store."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import psutil


class Service:
    """A service on a free port, with what ``settings`` name; it has no more than those ``cores``, where they are named.

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
        self._held_to = ["taskset", "--cpu-list", ",".join(map(str, cores))] if cores else []
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=600)

    def launch(self) -> None:
        """Start it, and wait for nothing: ``wait`` does."""
        self.process = subprocess.Popen(
            [*self._held_to, sys.executable, "-c", "from standfirst.cli import run; run()", "serve"],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def wait(self) -> None:
        """Wait until it is ready."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline(), "the service did not start"

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        self.launch()
        self.wait()

    def kill(self) -> None:
        """End it at once."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Tell it to end, and wait until it has."""
        self.process.terminate()
        self.process.wait()

    def made(self) -> int:
        """How many briefings it has made anew since it was started."""
        found = re.search(r'^standfirst_briefings_total\{cached="no"\} (\S+)', self.client.get("/metrics").text, re.M)
        return int(float(found.group(1))) if found else 0

    def memory_gb(self) -> float:
        """What it and its children hold in memory now; what they share is counted once."""
        held: int = sum(one.memory_full_info().pss for one in self._family())
        return held / 1e9

    def processor_s(self) -> float:
        """The seconds of processor time that it and its children have had, since they were started."""
        times = [one.cpu_times() for one in self._family()]
        return sum(float(one.user + one.system) for one in times)

    def _family(self) -> list[Any]:
        whole = psutil.Process(self.process.pid)
        return [whole, *whole.children(recursive=True)]
