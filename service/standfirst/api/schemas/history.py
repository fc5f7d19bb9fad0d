"""The history of a caller's briefings."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from standfirst.store.history import HistoryEntry


class AskedOut(BaseModel):
    """A briefing that was asked for before."""

    id: str
    asked_at: str = Field(description="When it was first asked for: an ISO 8601 time, UTC.")
    title: str = Field(description="The article's title, or the briefing's first sentence.")
    site: str | None
    url: str | None

    @classmethod
    def of(cls, asked: HistoryEntry) -> AskedOut:
        """Build it from the domain's value."""
        return cls(
            id=asked.briefing,
            asked_at=datetime.fromtimestamp(asked.asked_at, UTC).isoformat(),
            title=asked.title,
            site=asked.site,
            url=asked.url,
        )


class HistoryOut(BaseModel):
    """What was asked for before, the newest first."""

    briefings: list[AskedOut]
    next: float | None = Field(description="Where there are more: the `before` to ask for them with.")
