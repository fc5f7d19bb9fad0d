"""The store of briefings by their id."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing
from standfirst.store.database import Database
from standfirst.store.tables import briefings


@dataclass(frozen=True, slots=True)
class StoredBriefing:
    """A briefing with the article that its offsets refer to."""

    article: Article
    briefing: Briefing


_ADAPTER = TypeAdapter(StoredBriefing)


class BriefingStore:
    """The briefings in a database. Every method raises ``StoreFailed`` if the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, stored: StoredBriefing) -> None:
        """Store a briefing. One with the same id is left as it is."""
        row = {"id": stored.briefing.id, "kept_at": time.time(), "kept": _ADAPTER.dump_json(stored)}
        with self._database.writing() as connection:
            connection.execute(self._database.insert_if_absent(briefings), row)

    def find(self, briefing_id: str) -> StoredBriefing | None:
        """Return the briefing of that id, or None."""
        with self._database.reading() as connection:
            content = connection.execute(sa.select(briefings.c.kept).where(briefings.c.id == briefing_id)).scalar()
        if content is None:
            return None
        try:
            return _ADAPTER.validate_json(content)
        except ValidationError:
            # Damaged, or written by a version with another form: remove it, so that it is made again.
            with self._database.writing() as connection:
                connection.execute(sa.delete(briefings).where(briefings.c.id == briefing_id))
            return None

    def remove_stored(self, before: float) -> int:
        """Remove the briefings that were stored before that time, and return their number."""
        with self._database.writing() as connection:
            return connection.execute(sa.delete(briefings).where(briefings.c.kept_at < before)).rowcount
