"""Places: how many articles may be worked on or wait for it at a time, and when it is worth asking for one again.

A place is taken before anything costly is done, so that what is refused costs the others nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from standfirst.errors import QueueFull

#: How much of the newest article's time goes into the running mean that ``full_for`` is made of.
_PACE_SHARE = 0.2


class Places:
    """So many places as ``limit`` says. For one event loop: nothing here is locked."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken = 0
        self._pace = 1.0

    @property
    def full_for(self) -> float:
        """Seconds until it is worth asking, where all places are taken now; 0 where one is free."""
        return max(1.0, self._pace * self._taken) if self._taken >= self._limit else 0.0

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place, for as long as the block runs. Raises ``QueueFull``, which says when to try again."""
        wait = self.full_for
        if wait:
            raise QueueFull(f"{self._taken} articles are being worked on or waiting already.", wait)
        self._taken += 1
        started, served = time.monotonic(), False
        try:
            yield
            served = True
        finally:
            took = (time.monotonic() - started) / self._taken
            self._taken -= 1
            # Who left had waited in vain: it would have taken that long at least.
            if served or took > self._pace:
                self._pace += _PACE_SHARE * (took - self._pace)
