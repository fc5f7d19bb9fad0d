"""A temporary PostgreSQL server, in a temporary folder, on a Unix socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path


def programs() -> Path | None:
    """Return the folder of the newest programs of Debian's ``postgresql``, or None where it is not installed."""
    paths = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return paths[-1].parent if paths else None


class PostgreSQL:
    """A new, empty server, which can be started and stopped repeatedly.

    ``durable`` makes it flush writes to disk, as in production. Raises ``FileNotFoundError`` where PostgreSQL is not
    installed.
    """

    def __init__(self, *, durable: bool) -> None:
        folder = programs()
        if folder is None:
            raise FileNotFoundError("PostgreSQL is not installed: apt-get install postgresql")
        self._programs = folder
        # PostgreSQL refuses to run as root. Debian's package creates a user for it.
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self._folder = Path(tempfile.mkdtemp(prefix="standfirst-pg-"))
        shutil.chown(self._folder, self._user)
        self._options = f"-c listen_addresses='' -c unix_socket_directories={self._folder}"
        if not durable:
            self._options += " -c fsync=off"
        self.url = f"postgresql://standfirst@/postgres?host={self._folder}"
        self._run("initdb", "--pgdata", self._data, "--auth", "trust", "--username", "standfirst", "--no-sync")

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        log = str(self._folder / "log")
        self._run("pg_ctl", "start", "--wait", "--pgdata", self._data, "--log", log, "--options", self._options)

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server. The mode ``fast`` closes connections and writes everything; ``immediate`` is like a crash.

        Raises ``subprocess.CalledProcessError`` where the server does not run.
        """
        self._run("pg_ctl", "stop", "--wait", "--pgdata", self._data, "--mode", mode)

    def remove(self) -> None:
        """Stop the server if it runs, and remove its data."""
        if (self._folder / "data/postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, user=self._user, cwd=self._folder, check=True, capture_output=True)
