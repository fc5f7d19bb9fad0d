"""A job: many articles handed in at once, each an item that ends in exactly one result.

Knows nothing of how jobs are kept (``store``), worked on (``worker``) or sent (``api``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ItemState(StrEnum):
    """Where an item is in its life; the last three are for good."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


#: The states in which an item has its result.
ENDED = (ItemState.DONE, ItemState.FAILED, ItemState.CANCELLED)


class JobState(StrEnum):
    """Where a job is in its life. A job is done also where items of it failed."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is now: when it was made and ended, and how many of its items are in which state.

    Times are seconds since 1970, UTC.
    """

    id: str
    created_at: float
    ended_at: float | None
    is_cancelled: bool
    counts: dict[ItemState, int]

    @property
    def items(self) -> int:
        """How many items it has."""
        return sum(self.counts.values())

    @property
    def ended(self) -> int:
        """How many of them have their result."""
        return sum(self.counts[state] for state in ENDED)

    @property
    def state(self) -> JobState:
        """Where it is in its life."""
        if self.is_cancelled:
            return JobState.CANCELLED
        if self.ended == self.items:
            return JobState.DONE
        return JobState.RUNNING if self.ended or self.counts[ItemState.RUNNING] else JobState.WAITING


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the item at ``position``; ``content`` is JSON: its briefing, or the problem."""

    position: int
    state: ItemState
    content: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on an item until it expires. ``token`` shows who has it; ``tries`` counts this one too."""

    job: str
    position: int
    request: str
    token: str
    tries: int


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is to be told that a job has ended; ``tries`` counts how often it was told in vain."""

    job: str
    url: str
    tries: int
