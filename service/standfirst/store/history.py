"""The history of each caller: which briefings it requested one by one, and a search in their words."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing
from standfirst.store.database import Database
from standfirst.store.tables import history


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A briefing that a caller requested: its id, the first time (seconds since 1970, UTC), and its article."""

    briefing: str
    asked_at: float
    title: str
    site: str | None
    url: str | None


class HistoryStore:
    """The history in a database. Every method raises ``StoreFailed`` if the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, caller: str, article: Article, briefing: Briefing) -> None:
        """Add a stored briefing to the history of ``caller``, unless it is there."""
        sentences = [s.text for s in (briefing.headline, *briefing.standfirst, *briefing.points) if s is not None]
        title = article.title or next(iter(sentences), "")
        searchable = [title, article.site or "", article.url or "", *sentences]
        row = {
            "caller": caller,
            "briefing": briefing.id,
            "asked_at": time.time(),
            "title": _without_nul(title),
            "site": article.site and _without_nul(article.site),
            "url": article.url,
            "words": _without_nul("\n".join(searchable).casefold()),
        }
        with self._database.writing() as connection:
            connection.execute(self._database.insert_if_absent(history), row)

    def find(self, caller: str, search: str, before: float | None, limit: int) -> Sequence[HistoryEntry]:
        """Return the newest ``limit`` entries of ``caller`` before that time that have each word of ``search``."""
        columns = (history.c.briefing, history.c.asked_at, history.c.title, history.c.site, history.c.url)
        query = sa.select(*columns).where(history.c.caller == caller)
        for word in _without_nul(search.casefold()).split():
            query = query.where(history.c.words.contains(word, autoescape=True))
        if before is not None:
            query = query.where(history.c.asked_at < before)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(history.c.asked_at.desc()).limit(limit)).all()
        return [HistoryEntry(*row) for row in rows]


def _without_nul(text: str) -> str:
    """Return ``text`` without the character that PostgreSQL stores in no text."""
    return text.replace("\0", " ")
