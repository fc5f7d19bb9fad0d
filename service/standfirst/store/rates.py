"""The store of rates: how often each caller has asked in the last minute, at whatever replica.

A sliding window log: the times of what was let through, so that any sixty seconds count and not those of a clock. They
are one row a caller, which whoever counts holds until it has counted.
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
    """Whether a request may pass, how many more may, and the seconds until the first one counts no longer."""

    allowed: bool
    left: int
    renewed_in: float


class RateStore:
    """Requests by caller in ``database``. Raises ``StoreFailed`` where that does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, caller: str, most: int) -> Rate:
        """Count a request of ``caller``, unless ``most`` have passed in the last minute; what is refused counts not."""
        mine = rates.c.caller == caller
        with self._database.writing() as connection:
            asked = sa.select(rates.c.passed).where(mine).with_for_update()
            passed = connection.execute(asked).scalar()
            if passed is None:  # its first request, or two first ones at once
                connection.execute(self._database.insert_if_absent(rates), {"caller": caller, "passed": []})
                passed = connection.execute(asked).scalar_one()
            now = time.time()  # after the wait for the row
            counting = sorted(at for at in passed if at > now - WINDOW)
            allowed = len(counting) < most
            if allowed:
                counting.append(now)
                connection.execute(sa.update(rates).where(mine).values(passed=counting))
        return Rate(allowed, max(0, most - len(counting)), counting[0] + WINDOW - now)
