"""The store of briefings: what was once made is given again, from one SQLite file.

Knows how a briefing is kept, not how it is made. Every call opens its own connection, so that any thread may ask
and a process that is killed leaves nothing half-written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from standfirst.article import Article
from standfirst.briefing import Briefing
from standfirst.errors import StoreFailed

_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS briefings (
    id TEXT PRIMARY KEY,
    kept_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    kept BLOB NOT NULL
) STRICT
"""
#: Seconds to wait for another process that is writing.
_BUSY_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A briefing with the article that its offsets speak of."""

    article: Article
    briefing: Briefing


_KEPT = TypeAdapter(Kept)


class BriefingStore:
    """Briefings by id in ``folder/briefings.sqlite3``. Every method raises ``StoreFailed`` where SQLite does."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "briefings.sqlite3"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreFailed(f"The folder of kept briefings cannot be made: {error.strerror}.") from error
        with self._connection() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > _SCHEMA_VERSION:
                raise StoreFailed("The kept briefings were written by a newer version of Standfirst.")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(_SCHEMA)
            connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")

    def keep(self, kept: Kept) -> None:
        """Keep a briefing under its id; one that is there already stays as it is."""
        with self._connection() as connection:
            connection.execute(
                "INSERT INTO briefings (id, kept) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
                (kept.briefing.id, _KEPT.dump_json(kept)),
            )

    def find(self, briefing_id: str) -> Kept | None:
        """The briefing of that id, or None."""
        with self._connection() as connection:
            row = connection.execute("SELECT kept FROM briefings WHERE id = ?", (briefing_id,)).fetchone()
        if row is None:
            return None
        try:
            return _KEPT.validate_json(row[0])
        except ValidationError:
            # Damaged, or of a version that kept other things: it is made anew.
            with self._connection() as connection:
                connection.execute("DELETE FROM briefings WHERE id = ?", (briefing_id,))
            return None

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT)) as connection, connection:
                yield connection
        except sqlite3.Error as error:
            raise StoreFailed(f"The store of briefings does not answer: {error}.") from error
