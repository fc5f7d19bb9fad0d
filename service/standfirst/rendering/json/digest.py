"""The JSON form of a digest. Articles are identified by their index in the request, from 0."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from standfirst.domain.briefing import Origin
from standfirst.domain.digest import Digest
from standfirst.rendering.json.briefing import SourceOut, Support

ItemIndex = Annotated[int, Field(ge=0, description="The index of the item in the request, from 0.")]


class BackingOut(BaseModel):
    """An article that backs a sentence, and its passages; offsets count code points of the article of its briefing."""

    article: ItemIndex
    support: Support
    sources: list[SourceOut]


class CitedSentenceOut(BaseModel):
    """A sentence of a story, its origin, and the articles that back it, first the one whose briefing contains it."""

    text: str
    origin: Origin
    backing: list[BackingOut]


class FigureOut(BaseModel):
    """A number that an article states, with what it counts, and the sentence that states it."""

    article: ItemIndex
    text: str
    source: SourceOut


class DisagreementOut(BaseModel):
    """Figures of several articles that differ."""

    figures: list[FigureOut]


class StoryOut(BaseModel):
    """A story: its briefing, its articles, and where they disagree."""

    headline: CitedSentenceOut | None
    standfirst: list[CitedSentenceOut]
    points: list[CitedSentenceOut]
    disagreements: list[DisagreementOut]
    articles: list[ItemIndex] = Field(description="The articles of the story, first the one whose briefing it is.")
    independent: int = Field(ge=1, description="The number of articles that are not near-duplicates of another.")
    apart: float = Field(ge=0, le=1, description="1 less the likeness to the most similar other story.")


class ListedOut(BaseModel):
    """An article of the digest; the text that offsets refer to is at ``/v1/briefings/{briefing}/article``."""

    index: ItemIndex
    title: str | None
    url: str | None
    site: str | None
    published: str | None = Field(description="ISO 8601 date.")
    briefing: str = Field(description="The id of the article's own briefing.")
    copy_of: int | None = Field(description="The index of the longer article that it is a near-duplicate of.")


class FailedOut(BaseModel):
    """An item without a briefing: the code and the message of its error."""

    index: ItemIndex
    code: str
    detail: str


class DigestOut(BaseModel):
    """The stories, ordered by the number of independent articles, then by how unlike they are to the others."""

    id: str = Field(description="Hash of the briefings, the failures, the options and the version.")
    stories: list[StoryOut]
    articles: list[ListedOut]
    failed: list[FailedOut]

    @classmethod
    def of(cls, digest: Digest) -> DigestOut:
        """Build it from the domain's value."""
        return cls.model_validate(digest, from_attributes=True)
