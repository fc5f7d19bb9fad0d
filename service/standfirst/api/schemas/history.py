"""The history of a caller's briefings."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from standfirst.store.history import HistoryEntry


class AskedOut(BaseModel):
    """A briefing that the caller asked for."""

    id: str
    asked_at: str = Field(description="The first time that the caller asked for it: ISO 8601, UTC.")
    title: str = Field(description="The article's title, or the briefing's first sentence.")
    site: str | None
    url: str | None

    @classmethod
    def of(cls, entry: HistoryEntry) -> AskedOut:
        """Build it from the domain's value."""
        return cls(
            id=entry.briefing,
            asked_at=datetime.fromtimestamp(entry.asked_at, UTC).isoformat(),
            title=entry.title,
            site=entry.site,
            url=entry.url,
        )


class HistoryOut(BaseModel):
    """The briefings that the caller asked for, the newest first."""

    briefings: list[AskedOut]
    next: float | None = Field(description="If there are more: the `before` of the next page.")
