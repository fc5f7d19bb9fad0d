"""Requests for briefings, and the answers that only their routes give."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from standfirst.api.schemas.source import EXAMPLE, ONE_SOURCE, SourceRequest
from standfirst.application.timeouts import split_timeout
from standfirst.domain.briefing import OnUnsupported, Options, PlacedSentence
from standfirst.rendering.json.briefing import SentenceOut


class BriefingRequest(SourceRequest):
    """An article, as exactly one of ``text``, ``html`` and ``url``, and what is wanted of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": ONE_SOURCE,
            "examples": [{"text": EXAMPLE, "points": 2}, {"url": "https://example.com/news/bridge", "max_words": 80}],
        },
    )

    points: int = Field(3, ge=0, le=10, description="How many key points are wanted.")
    max_words: int = Field(
        120, ge=10, le=2000, description="The most words that standfirst and points may have together."
    )
    on_unsupported: OnUnsupported = Field(
        "replace",
        description="What becomes of a drafted sentence that the article does not back: it is replaced by a sentence "
        "of the article, dropped, or shown with its problems.",
    )
    model: str | None = Field(None, description="A writer of `/v1/models`; the service's own by default.")

    timeout_s: float | None = Field(
        None, ge=0.5, le=3600, description="Seconds that it may take; the service's own limit holds in any case."
    )
    on_timeout: Literal["error", "quote"] = Field(
        "error",
        description="What becomes of it then: an error, or a briefing that quotes where nothing was written in time. "
        "Where the article was not even read in time, it is an error in either case.",
    )

    def options(self) -> Options:
        """What is wanted."""
        return Options(points=self.points, max_words=self.max_words, on_unsupported=self.on_unsupported)

    def budget(self) -> tuple[float | None, float | None]:
        """Seconds after which it is to fail, and the time (of ``time.monotonic``) from which on it is to quote."""
        return split_timeout(self.timeout_s, self.on_timeout)


class PlacedOut(BaseModel):
    """An event of a briefing that comes about: a sentence that is shown, and where. `done` has the whole."""

    place: Literal["headline", "standfirst", "point"]
    index: int = Field(description="Which point it is, from 0.")
    sentence: SentenceOut

    @classmethod
    def of(cls, placed: PlacedSentence) -> PlacedOut:
        """Build it from the domain's value."""
        return cls(place=placed.section, index=placed.index, sentence=SentenceOut.of(placed.sentence))


class RefusedDraftOut(BaseModel):
    """A sentence that the writer drafted and that is not shown, and what was wrong with it, in plain words."""

    text: str
    problems: list[str]


class RefusedOut(BaseModel):
    """What was drafted for a briefing and is not in it."""

    refused: list[RefusedDraftOut]


class ArticleTextOut(BaseModel):
    """The text that the offsets of a briefing speak of."""

    text: str
