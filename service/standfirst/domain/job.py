"""The job: many items of work that one request hands in; every item gets exactly one result."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ItemState(StrEnum):
    """The state of an item; the last three are final."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


#: The states of an item that has its result.
FINAL_STATES = (ItemState.DONE, ItemState.FAILED, ItemState.CANCELLED)


class JobState(StrEnum):
    """The state of a job. A job is done when every item is, whether it succeeded or failed."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """A job at one moment: its times, in seconds since 1970 UTC, and the number of its items in each state.

    A job of a digest ``has_final`` item, which uses the results of the others.
    """

    id: str
    created_at: float
    ended_at: float | None
    is_cancelled: bool
    counts: dict[ItemState, int]
    has_final: bool = False

    @property
    def item_count(self) -> int:
        """The number of items."""
        return sum(self.counts.values())

    @property
    def ended_count(self) -> int:
        """The number of items that have their result."""
        return sum(self.counts[state] for state in FINAL_STATES)

    @property
    def state(self) -> JobState:
        """The job's state, derived from its items' states."""
        if self.is_cancelled:
            return JobState.CANCELLED
        if self.ended_count == self.item_count:
            return JobState.DONE
        return JobState.RUNNING if self.ended_count or self.counts[ItemState.RUNNING] else JobState.WAITING


@dataclass(frozen=True, slots=True)
class ItemResult:
    """The result of the item at ``position``; ``content`` is its briefing or problem as JSON."""

    position: int
    state: ItemState
    content: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on an item until the lease expires.

    ``token`` identifies the holder. ``tries`` counts the attempts at the item, including this one.
    """

    job: str
    position: int
    request: str
    token: str
    tries: int


@dataclass(frozen=True, slots=True)
class PendingWebhook:
    """A call that is due because ``job`` has ended; ``tries`` counts the attempts that failed."""

    job: str
    url: str
    tries: int
