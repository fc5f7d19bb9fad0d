"""Databases for the tests: an SQLite file, and a PostgreSQL of the tests' own where Debian's package is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@dataclass(frozen=True)
class Server:
    """A running server: its URL, and how to stop it, from one moment to the next."""

    url: str
    stop: Callable[[], None]


@contextmanager
def postgres() -> Iterator[Server]:
    """An empty PostgreSQL on a socket of its own; skips where there is none."""
    programs = _programs()
    if programs is None:
        pytest.skip("Debian's package postgresql is not installed")
    folder = Path(tempfile.mkdtemp(prefix="standfirst-pg-"))
    # PostgreSQL refuses to run as root; its Debian package makes a user for it.
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), *arguments]
        subprocess.run(command, user=user, cwd=folder, check=True, capture_output=True)

    def stop() -> None:
        run("pg_ctl", "stop", "--pgdata", f"{folder}/data", "--mode", "immediate")

    try:
        run("initdb", "--pgdata", f"{folder}/data", "--auth", "trust", "--username", "standfirst", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "start", "--wait", "--pgdata", f"{folder}/data", "--log", f"{folder}/log", "--options", options)
        try:
            yield Server(f"postgresql://standfirst@/postgres?host={folder}", stop)
        finally:
            with suppress(subprocess.CalledProcessError):
                stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
