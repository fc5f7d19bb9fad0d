"""A PostgreSQL server of a program's own: an empty one, in a folder that goes with it, on a socket there."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path


def programs() -> Path | None:
    """Where Debian's package ``postgresql`` has its programs, the newest; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class PostgreSQL:
    """A server that has been made, and can be started and stopped again and again. Those that there are stay alone.

    ``durable`` has it write as it must outlast a loss of power, as a server in earnest does. Raises
    ``FileNotFoundError`` where there is no PostgreSQL.
    """

    def __init__(self, *, durable: bool) -> None:
        found = programs()
        if found is None:
            raise FileNotFoundError("PostgreSQL is not installed: apt-get install postgresql")
        self._programs = found
        # It refuses to run as root; Debian's package makes a user for it.
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
        """Start it, and wait until it answers."""
        log = str(self._folder / "log")
        self._run("pg_ctl", "start", "--wait", "--pgdata", self._data, "--log", log, "--options", self._options)

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: ``fast`` ends connections and writes what there is to write, ``immediate`` is as a crash.

        Raises ``subprocess.CalledProcessError`` where it does not run.
        """
        self._run("pg_ctl", "stop", "--wait", "--pgdata", self._data, "--mode", mode)

    def remove(self) -> None:
        """End it, where it runs, and remove what it has kept."""
        if (self._folder / "data/postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, user=self._user, cwd=self._folder, check=True, capture_output=True)
