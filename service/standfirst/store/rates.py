"""The request rates of callers, counted for all replicas together.

A sliding window log: the times of the accepted requests, so that any sixty seconds count and not the minutes of a
clock. They are one row per caller, which is locked while a request is counted.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa

from standfirst.store.database import Database
from standfirst.store.tables import rates

#: Seconds for which a request counts.
WINDOW = 60.0


@dataclass(frozen=True, slots=True)
class Rate:
    """Whether a request is accepted, how many more would be, and in how many seconds the oldest one expires."""

    allowed: bool
    left: int
    renewed_in: float


class RateStore:
    """The rates in a database. Raises ``StoreFailed`` if the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, caller: str, limit: int) -> Rate:
        """Count a request of ``caller``, unless ``limit`` requests were accepted in the last minute."""
        is_caller = rates.c.caller == caller
        with self._database.writing() as connection:
            query = sa.select(rates.c.passed).where(is_caller).with_for_update()
            accepted = connection.execute(query).scalar()
            if accepted is None:  # the caller's first request, perhaps one of two at once
                connection.execute(self._database.insert_if_absent(rates), {"caller": caller, "passed": []})
                accepted = connection.execute(query).scalar_one()
            now = time.time()  # after the row was locked
            recent = sorted(at for at in accepted if at > now - WINDOW)
            allowed = len(recent) < limit
            if allowed:
                recent.append(now)
                connection.execute(sa.update(rates).where(is_caller).values(passed=recent))
        return Rate(allowed, max(0, limit - len(recent)), recent[0] + WINDOW - now)
