"""What the service answers, as values. Fields that a newer service adds are left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from standfirst.client.failures import ServiceError


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the article; ``start`` and ``end`` count characters of its text, as Python's ``str`` does."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a briefing: who worded it, how well (0 to 1) its sources back it, and which those are."""

    text: str
    origin: Literal["written", "quoted"]
    support: float
    sources: tuple[Passage, ...]
    problems: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """A sentence of a briefing that is being made, and where it stands; points count from 0."""

    place: Literal["headline", "standfirst", "point"]
    index: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """What is known of an article. ``published`` is an ISO 8601 date, ``language`` an ISO 639-1 code."""

    title: str | None
    url: str | None
    site: str | None
    author: str | None
    published: str | None
    language: str | None
    words: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the article was read and used; ``complete`` is false where time ran out."""

    sentences_read: int
    sentences_used: int
    truncated: bool
    complete: bool


@dataclass(frozen=True, slots=True)
class ModelStamp:
    """Which models made a briefing."""

    writer: str
    encoder: str
    revision: str
    runtime: str


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds that each stage took."""

    reading: int
    salience: int
    drafting: int
    grounding: int
    total: int


@dataclass(frozen=True, slots=True)
class Briefing:
    """A briefing; ``cached`` says that it was made before."""

    id: str
    headline: Sentence | None
    standfirst: tuple[Sentence, ...]
    points: tuple[Sentence, ...]
    article: ArticleInfo
    coverage: Coverage
    model: ModelStamp
    cached: bool
    timing_ms: Timing


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """A sentence of a summary: how well (0 to 1) the article backs it, where, and what it does not back."""

    text: str
    support: float
    sources: tuple[Passage, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """A summary, sentence by sentence; ``support`` is their mean."""

    sentences: tuple[JudgedSentence, ...]
    support: float
    article: ArticleInfo


@dataclass(frozen=True, slots=True)
class JobCounts:
    """How many items of a job are in which state."""

    waiting: int
    running: int
    done: int
    failed: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was when it was asked for; ``progress`` is the share (0 to 1) of its items that have ended."""

    id: str
    state: Literal["waiting", "running", "done", "cancelled"]
    items: int
    counts: JobCounts
    progress: float
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of an item of a job: its ``briefing``, or the ``error`` that took its place."""

    index: int
    briefing: Briefing | None = None
    error: ServiceError | None = None
