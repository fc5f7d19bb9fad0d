"""The JSON form of a job, as the HTTP API and webhooks send it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, Field

from standfirst.domain.job import ItemState, Job, JobState


class JobCounts(BaseModel):
    """The number of items in each state."""

    waiting: int
    running: int
    done: int
    failed: int
    cancelled: int


class JobOut(BaseModel):
    """The state of a job."""

    id: str
    state: JobState
    items: int
    counts: JobCounts
    progress: float = Field(ge=0, le=1, description="The share of the items that have ended.")
    created_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, job: Job) -> JobOut:
        """Build it from the domain's value."""
        return cls(
            id=job.id,
            state=job.state,
            items=job.item_count,
            counts=JobCounts.model_validate({state.value: number for state, number in job.counts.items()}),
            progress=job.ended_count / job.item_count,
            created_at=_time(job.created_at),
            ended_at=None if job.ended_at is None else _time(job.ended_at),
        )


class JobDetailsOut(JobOut):
    """The state of a job and of each item."""

    item_states: list[ItemState] = Field(description="The state of each item, in the order of the request.")


class JobEnded(BaseModel):
    """The body of a webhook's request; a digest is a job too."""

    type: Literal["job.ended", "digest.ended"]
    job: JobOut

    @classmethod
    def of(cls, job: Job) -> JobEnded:
        """Build it from the domain's value."""
        return cls(type="digest.ended" if job.has_final else "job.ended", job=JobOut.of(job))


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
