"""The store of briefings: what was once made is given again.

Knows how a briefing is kept, not how it is made.
"""

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
    """A briefing with the article that its offsets speak of."""

    article: Article
    briefing: Briefing


_KEPT = TypeAdapter(StoredBriefing)


class BriefingStore:
    """Briefings by id in ``database``. Every method raises ``StoreFailed`` where the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, kept: StoredBriefing) -> None:
        """Keep a briefing under its id; one that is there already stays as it is."""
        row = {"id": kept.briefing.id, "kept_at": time.time(), "kept": _KEPT.dump_json(kept)}
        with self._database.writing() as connection:
            connection.execute(self._database.insert_if_absent(briefings), row)

    def find(self, briefing_id: str) -> StoredBriefing | None:
        """The briefing of that id, or None."""
        with self._database.reading() as connection:
            found = connection.execute(sa.select(briefings.c.kept).where(briefings.c.id == briefing_id)).scalar()
        if found is None:
            return None
        try:
            return _KEPT.validate_json(found)
        except ValidationError:
            # Damaged, or of a version that kept other things: it is made anew.
            with self._database.writing() as connection:
                connection.execute(sa.delete(briefings).where(briefings.c.id == briefing_id))
            return None

    def remove_made(self, before: float) -> int:
        """Remove the briefings that were kept before that time; how many there were."""
        with self._database.writing() as connection:
            return connection.execute(sa.delete(briefings).where(briefings.c.kept_at < before)).rowcount
