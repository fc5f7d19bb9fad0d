"""The feed: a publisher's list of stories, and the same list with a briefing of each story."""

from __future__ import annotations

from dataclasses import dataclass

from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry of a feed. ``html`` is its content where that is the whole article.

    At least one of ``url`` and ``html`` is set. ``id`` is the entry's own, or its URL, or a hash of its content;
    ``published`` is a Unix timestamp in seconds, ``summary`` the publisher's own, as plain text.
    """

    title: str | None
    url: str | None
    html: str | None
    published: float | None
    id: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed. ``url`` is the address of its site, ``interval_s`` how long readers are to wait between two visits."""

    title: str | None
    url: str | None
    entries: tuple[FeedEntry, ...]
    interval_s: float = 0.0


@dataclass(frozen=True, slots=True)
class BriefedEntry:
    """An entry with its article's briefing, or with the ``problem`` that there is none; neither while it is made.

    ``updated`` is when that was last known to change, a Unix timestamp in seconds.
    """

    entry: FeedEntry
    article: Article | None
    briefing: Briefing | None
    problem: str | None
    updated: float


@dataclass(frozen=True, slots=True)
class BriefedFeed:
    """The feed at ``source``, its entries, the newest first, and when it last changed."""

    source: str
    title: str | None
    url: str | None
    entries: tuple[BriefedEntry, ...]
    updated: float
