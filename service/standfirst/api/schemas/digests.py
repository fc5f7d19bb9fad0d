"""The wire of ``/v1/digests``: what it takes and gives, as JSON."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from standfirst.api.schemas.briefings import SourceOut, Support
from standfirst.api.schemas.jobs import JobDetailsOut
from standfirst.domain.briefing import Options, Origin
from standfirst.domain.digest import MAX_ARTICLES, Backing, CitedSentence, Digest, Disagreement, Story
from standfirst.errors import InvalidRequest
from standfirst.reading.source import Source

_ONE_OF: list[JsonValue] = [
    {"required": [name], "properties": {name: {"type": "string"}}} for name in ("text", "html", "url", "briefing")
]
_Index = Annotated[int, Field(ge=0, description="Which of the items that were sent, from 0.")]


class DigestItem(BaseModel):
    """An article, as exactly one of ``text``, ``html`` and ``url``, or the id of a briefing that was made before."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"oneOf": _ONE_OF})

    text: str | None = Field(None, description="The article as plain text.")
    html: str | None = Field(None, description="The article's page.")
    url: str | None = Field(None, description="Where the article's page is; it is fetched.", max_length=4096)
    briefing: str | None = Field(None, description="The id of a briefing of it.", pattern="^[0-9a-f]{32}$")
    title: str | None = Field(None, description="The article's title, where it is known.", max_length=1000)

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.briefing is None:
            self.source()
        elif any(value is not None for value in (self.text, self.html, self.url)):
            raise InvalidRequest("Give exactly one of text, html, url and briefing.")
        return self

    def source(self) -> Source:
        """What is to be read, where it is not a briefing. Raises ``InvalidRequest``."""
        return Source(text=self.text, html=self.html, url=self.url, title=self.title)


class DigestRequest(BaseModel):
    """Articles that are to be put together by their stories, and how long the briefing of each may be."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"items": [{"url": "https://example.com/news/bridge"}, {"url": "https://example.org/harwick-bridge"}]}
            ]
        },
    )

    items: list[DigestItem] = Field(min_length=1, max_length=MAX_ARTICLES)
    points: int = Field(3, ge=0, le=10, strict=True, description="Key points of each article's briefing.")
    max_words: int = Field(
        120, ge=10, le=2000, strict=True, description="The most words that its standfirst and points may have together."
    )

    def options(self) -> Options:
        """What is wanted of each briefing. What no article backs is never in a digest."""
        return Options(points=self.points, max_words=self.max_words)


class BackingOut(BaseModel):
    """An article that backs a sentence, and with what; offsets count code points of its briefing's article."""

    article: _Index
    support: Support
    sources: list[SourceOut]

    @classmethod
    def of(cls, backing: Backing) -> BackingOut:
        """As it is sent."""
        sources = [SourceOut(start=s.start, end=s.end, text=s.text) for s in backing.sources]
        return cls(article=backing.article, support=round(backing.support, 3), sources=sources)


class CitedSentenceOut(BaseModel):
    """A sentence of a story, who worded it, and the articles that back it: first the one that it was made of."""

    text: str
    origin: Origin
    backing: list[BackingOut]

    @classmethod
    def of(cls, sentence: CitedSentence) -> CitedSentenceOut:
        """As it is sent."""
        return cls(text=sentence.text, origin=sentence.origin, backing=[BackingOut.of(b) for b in sentence.backing])


class FigureOut(BaseModel):
    """What an article says of something that is counted, and the sentence that says so."""

    article: _Index
    text: str
    source: SourceOut


class DisagreementOut(BaseModel):
    """Figures that differ, one of each article that has one."""

    figures: list[FigureOut]

    @classmethod
    def of(cls, disagreement: Disagreement) -> DisagreementOut:
        """As it is sent."""
        return cls(
            figures=[
                FigureOut(
                    article=one.article,
                    text=one.text,
                    source=SourceOut(start=one.source.start, end=one.source.end, text=one.source.text),
                )
                for one in disagreement.figures
            ]
        )


class StoryOut(BaseModel):
    """A story: its briefing, where its articles disagree, and which they are."""

    headline: CitedSentenceOut | None
    standfirst: list[CitedSentenceOut]
    points: list[CitedSentenceOut]
    disagreements: list[DisagreementOut]
    articles: list[_Index] = Field(description="First the one that the briefing is made of.")
    independent: int = Field(ge=1, description="How many of them are not near-duplicates of another.")
    apart: float = Field(ge=0, le=1, description="How unlike the nearest other story of the digest it is.")

    @classmethod
    def of(cls, story: Story) -> StoryOut:
        """As it is sent."""
        return cls(
            headline=CitedSentenceOut.of(story.headline) if story.headline else None,
            standfirst=[CitedSentenceOut.of(sentence) for sentence in story.standfirst],
            points=[CitedSentenceOut.of(sentence) for sentence in story.points],
            disagreements=[DisagreementOut.of(one) for one in story.disagreements],
            articles=list(story.articles),
            independent=story.independent,
            apart=story.apart,
        )


class ListedOut(BaseModel):
    """An article of the digest; the text that offsets speak of is at ``/v1/briefings/{briefing}/article``."""

    index: _Index
    title: str | None
    url: str | None
    site: str | None
    published: str | None = Field(description="ISO 8601 date.")
    briefing: str = Field(description="The id of its own briefing.")
    copy_of: int | None = Field(description="The longer article of which it is a near-duplicate.")


class FailedOut(BaseModel):
    """An item of which there is no briefing, and why, as an error says it."""

    index: _Index
    code: str
    detail: str


class DigestOut(BaseModel):
    """Stories, that with most new first: told by most articles that are not near-duplicates, then least like others."""

    id: str = Field(description="Hash of the briefings, the failures, the options and the version.")
    stories: list[StoryOut]
    articles: list[ListedOut]
    failed: list[FailedOut]

    @classmethod
    def of(cls, digest: Digest) -> DigestOut:
        """A digest as it is sent."""
        return cls(
            id=digest.id,
            stories=[StoryOut.of(story) for story in digest.stories],
            articles=[ListedOut.model_validate(one, from_attributes=True) for one in digest.articles],
            failed=[FailedOut.model_validate(one, from_attributes=True) for one in digest.failed],
        )


class DigestStateOut(JobDetailsOut):
    """A digest that comes about: the last of its items is the digest itself, the others are the articles."""


class ArticleTask(BaseModel):
    """What the worker is to do with an article of a digest."""

    task: Literal["article"] = "article"
    item: DigestItem
    points: int
    max_words: int


class DigestTask(BaseModel):
    """What the worker is to do when a digest's articles are done."""

    task: Literal["digest"] = "digest"
    points: int
    max_words: int
