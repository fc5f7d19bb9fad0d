"""Databases for the tests: a PostgreSQL of the tests' own where Debian's package is installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.postgresql import PostgreSQL, programs


@contextmanager
def postgres() -> Iterator[PostgreSQL]:
    """An empty PostgreSQL that runs; skips where there is none."""
    if programs() is None:
        pytest.skip("Debian's package postgresql is not installed")
    server = PostgreSQL(durable=False)
    try:
        server.start()
        yield server
    finally:
        server.remove()
