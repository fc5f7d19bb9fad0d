"""The JSON form of a briefing. Every field is public: renaming one breaks callers."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from standfirst.domain.article import Article
from standfirst.domain.briefing import BriefingSentence, Origin, ServedBriefing

#: Rounds a number to three decimals.
ROUNDED = AfterValidator(lambda value: round(value, 3))
Support = Annotated[
    float, Field(ge=0, le=1, description="How well the sources back the sentence, from 0 to 1."), ROUNDED
]


class SourceOut(BaseModel):
    """A passage of the article; ``start`` and ``end`` count Unicode code points of its text."""

    start: int
    end: int
    text: str


class SentenceOut(BaseModel):
    """A sentence of the briefing, its origin, and the passages that back it."""

    text: str
    origin: Origin
    support: Support
    sources: list[SourceOut]
    problems: list[str] | None = Field(
        None, description="What the article does not back; only with `on_unsupported: flag`."
    )

    @classmethod
    def of(cls, sentence: BriefingSentence) -> SentenceOut:
        """Build it from the domain's value."""
        return cls(
            text=sentence.text,
            origin=sentence.origin,
            support=sentence.support,
            sources=[SourceOut(start=s.start, end=s.end, text=s.text) for s in sentence.sources],
            problems=list(sentence.problems) or None,
        )


class ArticleOut(BaseModel):
    """The metadata of the article."""

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
        """Build it from the domain's value."""
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
    truncated: bool = Field(description="Whether the article breaks off, as a teaser before a paywall does.")
    complete: bool = Field(
        description="False if time ran out, so that sentences are quoted that might have been shortened."
    )


class ModelStampOut(BaseModel):
    """The models that made the briefing."""

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
    """A briefing: a headline, a standfirst and key points, each sentence with the passages that back it."""

    id: str = Field(description="Hash of the article, the options, the weights and the version.")
    headline: SentenceOut | None
    standfirst: list[SentenceOut]
    points: list[SentenceOut]
    article: ArticleOut
    coverage: CoverageOut
    model: ModelStampOut
    cached: bool = Field(description="Whether the briefing was already stored.")
    timing_ms: TimingOut

    @classmethod
    def of(cls, served: ServedBriefing) -> BriefingOut:
        """Build it from the domain's value."""
        briefing = served.briefing
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
