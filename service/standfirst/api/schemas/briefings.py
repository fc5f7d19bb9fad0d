"""The wire: what ``/v1`` takes and gives, as JSON. The values within are the service's own.

Everything here is public: a field renamed is a promise broken.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from standfirst.application.briefing_service import ServedBriefing, ServedVerification
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, BriefingSentence, OnUnsupported, Options, Origin, PlacedSentence
from standfirst.domain.verification import JudgedSentence
from standfirst.reading.source import Source
from standfirst.store.history import HistoryEntry

EXAMPLE = (
    "Harwick council voted 14 to 3 on Tuesday to close the Old Mill bridge for repairs. The work will cost £2.4m and "
    "take nine months. Buses will be sent over the ring road from 6 January, the council said."
)


#: What pydantic cannot say of fields that exclude one another.
_ONE_SOURCE: list[JsonValue] = [
    {"required": [name], "properties": {name: {"type": "string"}}} for name in ("text", "html", "url")
]


class _SourceRequest(BaseModel):
    """An article, as exactly one of ``text``, ``html`` and ``url``."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str | None = Field(None, description="The article as plain text.")
    html: str | None = Field(None, description="The article's page.")
    url: str | None = Field(None, description="Where the article's page is; it is fetched.", max_length=4096)
    title: str | None = Field(None, description="The article's title, where it is known.", max_length=1000)

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        self.source()
        return self

    def source(self) -> Source:
        """What is to be read. Raises ``InvalidRequest`` unless there is exactly one of the three."""
        return Source(text=self.text, html=self.html, url=self.url, title=self.title)


class BriefingRequest(_SourceRequest):
    """An article, as exactly one of ``text``, ``html`` and ``url``, and what is wanted of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": _ONE_SOURCE,
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
        if self.timeout_s is not None and self.on_timeout == "quote":
            return None, time.monotonic() + self.timeout_s
        return self.timeout_s, None


class VerificationRequest(_SourceRequest):
    """An article, as exactly one of ``text``, ``html`` and ``url``, and a summary of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": _ONE_SOURCE,
            "examples": [{"text": EXAMPLE, "summary": "The bridge will be closed for nine years. It will cost £2.4m."}],
        },
    )

    summary: str = Field(
        description="What is to be held against the article: prose, a list or Markdown.", max_length=100_000
    )


class SourceOut(BaseModel):
    """A passage of the article; ``start`` and ``end`` count Unicode code points of its text."""

    start: int
    end: int
    text: str


Support = Annotated[float, Field(ge=0, le=1, description="How well the sources back the sentence.")]


class SentenceOut(BaseModel):
    """A sentence of the briefing, who worded it, and what backs it."""

    text: str
    origin: Origin
    support: Support
    sources: list[SourceOut]
    problems: list[str] | None = Field(
        None, description="What the article does not back; only with `on_unsupported: flag`."
    )

    @classmethod
    def of(cls, sentence: BriefingSentence) -> SentenceOut:
        """A sentence as it is sent."""
        return cls(
            text=sentence.text,
            origin=sentence.origin,
            support=round(sentence.support, 3),
            sources=[SourceOut(start=s.start, end=s.end, text=s.text) for s in sentence.sources],
            problems=list(sentence.problems) or None,
        )


class PlacedOut(BaseModel):
    """An event of a briefing that comes about: a sentence that is shown, and where. `done` has the whole."""

    place: Literal["headline", "standfirst", "point"]
    index: int = Field(description="Which point it is, from 0.")
    sentence: SentenceOut

    @classmethod
    def of(cls, placed: PlacedSentence) -> PlacedOut:
        """A sentence as it is told of."""
        return cls(place=placed.section, index=placed.index, sentence=SentenceOut.of(placed.sentence))


class ArticleOut(BaseModel):
    """What is known of the article."""

    title: str | None
    url: str | None
    site: str | None
    author: str | None
    published: str | None = Field(description="ISO 8601 date.")
    language: str | None = Field(description="ISO 639-1 code.")
    words: int
    sentences: int

    @classmethod
    def of(cls, article: Article) -> ArticleOut:
        """An article as it is told of."""
        return cls(
            title=article.title,
            url=article.url,
            site=article.site,
            author=article.author,
            published=article.published,
            language=article.language,
            words=article.words,
            sentences=len(article.sentences),
        )


class CoverageOut(BaseModel):
    """How much of the article was read and used."""

    sentences_read: int
    sentences_used: int
    truncated: bool
    complete: bool = Field(description="False where time ran out, and sentences are quoted that might be shorter.")


class ModelStampOut(BaseModel):
    """Which models made the briefing."""

    writer: str
    encoder: str
    revision: str
    runtime: str


class TimingOut(BaseModel):
    """Milliseconds that each stage took."""

    reading: int
    salience: int
    drafting: int
    grounding: int
    total: int


class BriefingOut(BaseModel):
    """A briefing: a headline, a standfirst, key points, each sentence with what backs it."""

    id: str = Field(description="Hash of the article, the options, the weights and the version.")
    headline: SentenceOut | None
    standfirst: list[SentenceOut]
    points: list[SentenceOut]
    article: ArticleOut
    coverage: CoverageOut
    model: ModelStampOut
    cached: bool = Field(description="Whether it was made before, and only given again.")
    timing_ms: TimingOut

    @classmethod
    def of(cls, served: ServedBriefing) -> BriefingOut:
        """A briefing as it is sent."""
        briefing: Briefing = served.briefing
        return cls(
            id=briefing.id,
            headline=SentenceOut.of(briefing.headline) if briefing.headline else None,
            standfirst=[SentenceOut.of(sentence) for sentence in briefing.standfirst],
            points=[SentenceOut.of(sentence) for sentence in briefing.points],
            article=ArticleOut.of(served.article),
            coverage=CoverageOut.model_validate(briefing.coverage, from_attributes=True),
            model=ModelStampOut.model_validate(briefing.model, from_attributes=True),
            cached=served.cached,
            timing_ms=TimingOut(
                reading=served.reading_ms,
                salience=served.stages.salience,
                drafting=served.stages.drafting,
                grounding=served.stages.grounding,
                total=served.total_ms,
            ),
        )


class JudgedSentenceOut(BaseModel):
    """A sentence of the summary, how well the article backs it, where, and what it does not back."""

    text: str
    support: Support
    sources: list[SourceOut]
    problems: list[str] = Field(description="In plain words; empty where the article backs the sentence.")

    @classmethod
    def of(cls, sentence: JudgedSentence) -> JudgedSentenceOut:
        """A sentence as it is sent."""
        return cls(
            text=sentence.text,
            support=round(sentence.support, 3),
            sources=[SourceOut(start=s.start, end=s.end, text=s.text) for s in sentence.sources],
            problems=list(sentence.problems),
        )


class VerificationOut(BaseModel):
    """A summary, sentence by sentence, and how much of it the article backs."""

    sentences: list[JudgedSentenceOut]
    support: float = Field(ge=0, le=1, description="The mean support of the sentences.")
    article: ArticleOut

    @classmethod
    def of(cls, verified: ServedVerification) -> VerificationOut:
        """A verification as it is sent."""
        return cls(
            sentences=[JudgedSentenceOut.of(sentence) for sentence in verified.verification.sentences],
            support=round(verified.verification.support, 3),
            article=ArticleOut.of(verified.article),
        )


class RefusedDraftOut(BaseModel):
    """A sentence that the writer drafted and that is not shown, and what was wrong with it, in plain words."""

    text: str
    problems: list[str]


class RefusedOut(BaseModel):
    """What was drafted for a briefing and is not in it."""

    refused: list[RefusedDraftOut]


class AskedOut(BaseModel):
    """A briefing that was asked for before."""

    id: str
    asked_at: str = Field(description="When it was first asked for: an ISO 8601 time, UTC.")
    title: str = Field(description="The article's title, or the briefing's first sentence.")
    site: str | None
    url: str | None

    @classmethod
    def of(cls, asked: HistoryEntry) -> AskedOut:
        """A line of the history as it is sent."""
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


class ArticleTextOut(BaseModel):
    """The text that the offsets of a briefing speak of."""

    text: str


class ModelOut(BaseModel):
    """A model that this service runs."""

    name: str
    role: Literal["writer", "encoder", "verifier"]
    revision: str
    runtime: str
    state: Literal["loading", "ready", "away", "failed", "stopped"]


class ModelCardOut(BaseModel):
    """A model as OpenAI lists it; `created` is when this process began to have it, in seconds since 1970."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "standfirst"


class ModelsOut(BaseModel):
    """The models that this service runs; in `data`, as OpenAI lists them, what a chat may name."""

    models: list[ModelOut]
    object: Literal["list"] = "list"
    data: list[ModelCardOut]


class HealthOut(BaseModel):
    """That the process lives, or what its models are doing."""

    status: str
