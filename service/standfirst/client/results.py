"""The values in the service's answers. Fields that a newer service adds are ignored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from standfirst.client.failures import ServiceError


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the article. ``start`` and ``end`` are offsets into its text, in characters of a Python ``str``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a briefing. ``support`` is how well its sources back it, from 0 to 1.

    ``origin`` says whether the writer worded it, or it is shortened or quoted from the article. ``problems`` are what
    the article does not back; they are set only where the request said ``on_unsupported="flag"``.
    """

    text: str
    origin: Literal["written", "shortened", "quoted"]
    support: float
    sources: tuple[Passage, ...]
    problems: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """A sentence of a briefing that is being made, and its place in it. ``index`` numbers the points from 0."""

    place: Literal["headline", "standfirst", "point"]
    index: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """The metadata of an article. ``published`` is an ISO 8601 date, ``language`` an ISO 639-1 code."""

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
    """How much of the article was read and used.

    ``truncated`` is true where the article breaks off, and ``complete`` false where the time limit ended the work.
    """

    sentences_read: int
    sentences_used: int
    truncated: bool
    complete: bool


@dataclass(frozen=True, slots=True)
class ModelStamp:
    """The models that made a briefing."""

    writer: str
    encoder: str
    revision: str
    runtime: str


@dataclass(frozen=True, slots=True)
class Timing:
    """The duration of each stage, in milliseconds."""

    reading: int
    salience: int
    drafting: int
    grounding: int
    total: int


@dataclass(frozen=True, slots=True)
class Briefing:
    """A briefing. ``cached`` is true where it was stored by an earlier request."""

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
class Correction:
    """A passage of the article that says something else than a sentence, or than the words ``claimed`` of it."""

    start: int
    end: int
    text: str
    claimed: Passage | None


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """A sentence of a summary, and what is found about it.

    ``support``, from 0 to 1, is how likely a reader would say that the article backs it. ``sources`` are the passages
    that it was held against, ``problems`` why it is not backed or undecided, ``instead`` what the article says in the
    place of a sentence that is not backed.
    """

    text: str
    finding: Literal["backed", "not_backed", "undecided"]
    support: float
    sources: tuple[Passage, ...]
    problems: tuple[str, ...]
    instead: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class FindingCounts:
    """The number of a summary's sentences of each finding."""

    backed: int
    not_backed: int
    undecided: int


@dataclass(frozen=True, slots=True)
class Verification:
    """The verification of a summary. ``support`` is the mean of its sentences' support."""

    sentences: tuple[JudgedSentence, ...]
    counts: FindingCounts
    support: float
    article: ArticleInfo


@dataclass(frozen=True, slots=True)
class JobCounts:
    """The number of a job's items in each state."""

    waiting: int
    running: int
    done: int
    failed: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class Job:
    """The state of a job. ``progress`` is the share of its items that have ended, from 0 to 1."""

    id: str
    state: Literal["waiting", "running", "done", "cancelled"]
    items: int
    counts: JobCounts
    progress: float
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class JobResult:
    """The result of a job's item: a ``briefing``, or an ``error``."""

    index: int
    briefing: Briefing | None = None
    error: ServiceError | None = None
