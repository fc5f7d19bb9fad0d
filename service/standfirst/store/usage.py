"""The store of usage: how many articles each caller has had condensed today (UTC)."""

from __future__ import annotations

import time

import sqlalchemy as sa

from standfirst.errors import QuotaExceeded
from standfirst.store.database import Database
from standfirst.store.tables import usage

_DAY = 86_400


class UsageStore:
    """Articles by caller and day in ``database``. Its methods raise ``StoreFailed`` where that does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, caller: str, articles: int, most: int) -> None:
        """Count ``articles`` more for ``caller``. Raises ``QuotaExceeded``, and counts none, over ``most`` a day."""
        now = time.time()
        today = int(now // _DAY)
        mine = (usage.c.caller == caller) & (usage.c.day == today)
        with self._database.writing() as connection:
            connection.execute(sa.delete(usage).where(usage.c.day < today))
            connection.execute(self._database.insert_if_absent(usage), {"caller": caller, "day": today, "articles": 0})
            fits = usage.c.articles + articles <= most
            counted = sa.update(usage).where(mine, fits).values(articles=usage.c.articles + articles)
            if connection.execute(counted).rowcount:
                return
            used = connection.execute(sa.select(usage.c.articles).where(mine)).scalar_one()
        raise QuotaExceeded(
            f"This key may have {most} articles condensed a day, has had {used}, and asks for {articles} more.",
            retry_after=(today + 1) * _DAY - now,
        )

    def give_back(self, caller: str, articles: int) -> None:
        """Count ``articles`` fewer for ``caller``."""
        mine = (usage.c.caller == caller) & (usage.c.day == int(time.time() // _DAY)) & (usage.c.articles >= articles)
        with self._database.writing() as connection:
            connection.execute(sa.update(usage).where(mine).values(articles=usage.c.articles - articles))
