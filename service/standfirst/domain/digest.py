"""The digest: many articles grouped into stories, each story with one briefing.

Every sentence lists the articles that back it. Articles are identified by their index, from 0, in the request.
"""

from __future__ import annotations

from dataclasses import dataclass

from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, Options, Origin, Passage

#: The largest number of articles in one digest.
MAX_ARTICLES = 200


@dataclass(frozen=True, slots=True)
class BriefedArticle:
    """The article at ``index`` of the request, with its briefing."""

    index: int
    article: Article
    briefing: Briefing


@dataclass(frozen=True, slots=True)
class FailedArticle:
    """The article at ``index`` of the request if it has no briefing: the error's code and its message."""

    index: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Backing:
    """The index of an article that backs a sentence, its support from 0 to 1, and the passages that back it."""

    article: int
    support: float
    sources: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of a story with the articles that back it, first the one whose briefing contains it."""

    text: str
    origin: Origin
    backing: tuple[Backing, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that an article states, with what it counts ("14 dead"), and the sentence that states it."""

    article: int
    text: str
    source: Passage


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Figures of several articles that count the same and differ, at most one per article."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A story: its briefing, and the articles that report it.

    ``articles`` starts with the article whose briefing is used. ``independent`` is the number of articles that are not
    a near-duplicate of another. ``apart`` is 1 less the likeness to the most similar other story, from 0 to 1.
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
    """An entry in the digest's list of articles.

    ``briefing`` is the id of the article's briefing. ``copy_of`` is the index of the longer article that it is a
    near-duplicate of, if there is one.
    """

    index: int
    title: str | None
    url: str | None
    site: str | None
    published: str | None
    briefing: str
    copy_of: int | None


@dataclass(frozen=True, slots=True)
class Digest:
    """The stories, those with the most independent articles first, and all articles of the request.

    ``id`` is a hash of everything that the digest depends on.
    """

    id: str
    options: Options
    stories: tuple[Story, ...]
    articles: tuple[ListedArticle, ...]
    failed: tuple[FailedArticle, ...]
