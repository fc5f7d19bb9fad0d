"""Requests for briefings, and the answers that only their routes give."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from standfirst.api.schemas.source import EXAMPLE, ONE_SOURCE, SourceRequest
from standfirst.domain.briefing import OnUnsupported, Options, PlacedSentence, RefusedDraft
from standfirst.rendering.json.briefing import SentenceOut
from standfirst_models.errors import UnknownModel


class BriefingRequest(SourceRequest):
    """An article, as exactly one of ``text``, ``html`` and ``url``, and the options of its briefing."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": ONE_SOURCE,
            "examples": [{"text": EXAMPLE, "points": 2}, {"url": "https://example.com/news/bridge", "max_words": 80}],
        },
    )

    points: int = Field(3, ge=0, le=10, description="The most key points. There are fewer where the rest says little.")
    max_words: int = Field(120, ge=10, le=2000, description="The most words of standfirst and points together.")
    on_unsupported: OnUnsupported = Field(
        "replace",
        description="What happens to a drafted sentence that the article does not back: it is replaced by a "
        "sentence of the article, dropped, or shown with its problems.",
    )
    model: str | None = Field(None, description="A writer of `/v1/models`; the service's own by default.")

    timeout_s: float | None = Field(
        None, ge=0.5, le=3600, description="The most seconds that it may take; the service's own limit applies too."
    )
    on_timeout: Literal["error", "quote"] = Field(
        "error",
        description="What happens after that time: an error, or a briefing that quotes what was not drafted in time. "
        "If the article was not read in time, it is an error in either case.",
    )

    def check_model(self, writer: str) -> None:
        """Raise ``UnknownModel`` if the request names another model than ``writer``."""
        if self.model not in (None, writer):
            raise UnknownModel(f"This service does not run {self.model!r}. It runs {writer!r}.")

    def options(self) -> Options:
        """Return the options of the briefing."""
        return Options(points=self.points, max_words=self.max_words, on_unsupported=self.on_unsupported)


class PlacedOut(BaseModel):
    """An event of a briefing that is being made: a sentence that it shows. `done` has the whole briefing."""

    place: Literal["headline", "standfirst", "point"]
    index: int = Field(description="The index of a point, from 0.")
    sentence: SentenceOut

    @classmethod
    def of(cls, placed: PlacedSentence) -> PlacedOut:
        """Build it from the domain's value."""
        return cls(place=placed.section, index=placed.index, sentence=SentenceOut.of(placed.sentence))


class RefusedDraftOut(BaseModel):
    """A draft of the writer that the briefing does not show, and why, in plain words."""

    text: str
    problems: list[str]

    @classmethod
    def of(cls, draft: RefusedDraft) -> RefusedDraftOut:
        """Build it from the domain's value."""
        return cls(text=draft.text, problems=list(draft.problems))


class RefusedOut(BaseModel):
    """The refused drafts of a briefing."""

    refused: list[RefusedDraftOut]


class ArticleTextOut(BaseModel):
    """The text that the offsets of a briefing refer to."""

    text: str
