"""The usage of callers: how many articles each has had condensed today (UTC)."""

from __future__ import annotations

import time

import sqlalchemy as sa

from standfirst.errors import QuotaExceeded
from standfirst.store.database import Database
from standfirst.store.tables import usage

_DAY_SECONDS = 86_400


class UsageStore:
    """The usage in a database. Every method raises ``StoreFailed`` if the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, caller: str, articles: int, limit: int) -> None:
        """Count ``articles`` for ``caller``. Raises ``QuotaExceeded``, and counts none, beyond ``limit`` a day."""
        now = time.time()
        today = int(now // _DAY_SECONDS)
        row = (usage.c.caller == caller) & (usage.c.day == today)
        with self._database.writing() as connection:
            connection.execute(sa.delete(usage).where(usage.c.day < today))
            connection.execute(self._database.insert_if_absent(usage), {"caller": caller, "day": today, "articles": 0})
            fits = usage.c.articles + articles <= limit
            update = sa.update(usage).where(row, fits).values(articles=usage.c.articles + articles)
            if connection.execute(update).rowcount:
                return
            used = connection.execute(sa.select(usage.c.articles).where(row)).scalar_one()
        raise QuotaExceeded(
            f"This key's limit of articles a day is {limit}. It has used {used} today, and asks for {articles} more.",
            retry_after=(today + 1) * _DAY_SECONDS - now,
        )

    def give_back(self, caller: str, articles: int) -> None:
        """Count ``articles`` fewer for ``caller``."""
        today = int(time.time() // _DAY_SECONDS)
        row = (usage.c.caller == caller) & (usage.c.day == today) & (usage.c.articles >= articles)
        with self._database.writing() as connection:
            connection.execute(sa.update(usage).where(row).values(articles=usage.c.articles - articles))
