"""A digest: many articles, put together by the story that they tell, each story condensed once.

Every sentence says which articles back it, and where. Articles are named by their place, from 0, in what was handed
in. Knows nothing of how a digest comes about (``condensing``) or is sent (``api``).
"""

from __future__ import annotations

from dataclasses import dataclass

from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, Options, Origin, Passage

#: Articles that one digest is made of at most.
MOST_ARTICLES = 200


@dataclass(frozen=True, slots=True)
class Condensed:
    """One of the articles that were handed in, at place ``index``, with its briefing."""

    index: int
    article: Article
    briefing: Briefing


@dataclass(frozen=True, slots=True)
class Failed:
    """One of which there is no briefing, and why: the code of the error, and its words for the caller."""

    index: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Backing:
    """An article that backs a sentence, how well (0 to 1), and with which passages of its text."""

    article: int
    support: float
    sources: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of a story, who worded it, and the articles that back it: first the one that it was made of."""

    text: str
    origin: Origin
    backing: tuple[Backing, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """What an article says of something that is counted: "14 dead", and the sentence that says so."""

    article: int
    text: str
    source: Passage


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Different figures for what is taken to be the same, one of each article that has one."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A story: its briefing, and the articles that tell it.

    ``articles`` begins with the one that the briefing is made of. ``independent`` counts those that are not
    near-duplicates of another. ``apart`` (0 to 1) says how unlike the nearest other story of the digest it is.
    """

    headline: CitedSentence | None
    standfirst: tuple[CitedSentence, ...]
    points: tuple[CitedSentence, ...]
    disagreements: tuple[Disagreement, ...]
    articles: tuple[int, ...]
    independent: int
    apart: float


@dataclass(frozen=True, slots=True)
class Listed:
    """An article of a digest, as it is listed; ``copy_of`` is the longer near-duplicate of it, if there is one."""

    index: int
    title: str | None
    url: str | None
    site: str | None
    published: str | None
    briefing: str
    copy_of: int | None


@dataclass(frozen=True, slots=True)
class Digest:
    """Stories, that with most new first; the articles behind them; and what could not be condensed.

    ``id`` is a hash of all that it depends on.
    """

    id: str
    options: Options
    stories: tuple[Story, ...]
    articles: tuple[Listed, ...]
    failed: tuple[Failed, ...]
