"""The values in the service's answers about digests. An article is named by its index in the request, from 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from standfirst.client.results import Passage


@dataclass(frozen=True, slots=True)
class Backing:
    """An article that backs a sentence, its support from 0 to 1, and its passages that do."""

    article: int
    support: float
    sources: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of a story and the articles that back it, first the one whose briefing contains it."""

    text: str
    origin: Literal["written", "shortened", "quoted"]
    backing: tuple[Backing, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that an article states, with what it counts ("14 dead"), and the sentence that states it."""

    article: int
    text: str
    source: Passage


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Figures of several articles that count the same and differ."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A story: its briefing, and the articles that report it, first the one whose briefing it is.

    ``independent`` is the number of articles that are not near-duplicates of another, ``apart`` 1 less the likeness to
    the most similar other story.
    """

    headline: CitedSentence | None
    standfirst: tuple[CitedSentence, ...]
    points: tuple[CitedSentence, ...]
    disagreements: tuple[Disagreement, ...]
    articles: tuple[int, ...]
    independent: int
    apart: float


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article of a digest.

    ``briefing`` is the id of its own briefing, ``copy_of`` the index of the longer article that it nearly repeats.
    """

    index: int
    title: str | None
    url: str | None
    site: str | None
    published: str | None
    briefing: str
    copy_of: int | None


@dataclass(frozen=True, slots=True)
class FailedArticle:
    """An article without a briefing: the code and the message of its error."""

    index: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Digest:
    """The stories, first those with the most independent articles, and the articles of the request."""

    id: str
    stories: tuple[Story, ...]
    articles: tuple[ListedArticle, ...]
    failed: tuple[FailedArticle, ...]
