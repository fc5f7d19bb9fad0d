"""The store of history: which briefings each caller has asked for one by one, and finding them by their words."""

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
    """A briefing that somebody asked for: its id, when first (seconds since 1970, UTC), and what it is about."""

    briefing: str
    asked_at: float
    title: str
    site: str | None
    url: str | None


class HistoryStore:
    """What was asked for, in ``database``. Its methods raise ``StoreFailed`` where that does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, caller: str, article: Article, briefing: Briefing) -> None:
        """Note that ``caller`` asked for a briefing that is kept, now, unless it had asked for it before."""
        sentences = [s.text for s in (briefing.headline, *briefing.standfirst, *briefing.points) if s is not None]
        title = article.title or sentences[0] if sentences else article.title or ""
        about = [title, article.site or "", article.url or "", *sentences]
        row = {
            "caller": caller,
            "briefing": briefing.id,
            "asked_at": time.time(),
            "title": _storable(title),
            "site": article.site and _storable(article.site),
            "url": article.url,
            "words": _storable("\n".join(about).casefold()),
        }
        with self._database.writing() as connection:
            connection.execute(self._database.insert_if_absent(history), row)

    def find(self, caller: str, search: str, before: float | None, most: int) -> Sequence[HistoryEntry]:
        """What ``caller`` asked for before that time, at most ``most``; only what has each word of ``search``."""
        columns = (history.c.briefing, history.c.asked_at, history.c.title, history.c.site, history.c.url)
        found = sa.select(*columns).where(history.c.caller == caller)
        for word in _storable(search.casefold()).split():
            found = found.where(history.c.words.contains(word, autoescape=True))
        if before is not None:
            found = found.where(history.c.asked_at < before)
        with self._database.reading() as connection:
            rows = connection.execute(found.order_by(history.c.asked_at.desc()).limit(most)).all()
        return [HistoryEntry(*row) for row in rows]


def _storable(text: str) -> str:
    """``text`` without what PostgreSQL keeps in no text."""
    return text.replace("\0", " ")
