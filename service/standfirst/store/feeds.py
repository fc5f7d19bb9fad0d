"""The store of feeds: the newest state of each, and which briefing each caller's entries have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from pydantic import TypeAdapter

from standfirst.domain.feed import Feed
from standfirst.store.database import Database
from standfirst.store.tables import feed_items, feeds

_FEED = TypeAdapter(Feed)


@dataclass(frozen=True, slots=True)
class StoredFeed:
    """A feed as it was fetched last; None before that. ``etag`` and ``last_modified`` are those of its server.

    Times are in seconds since 1970. The feed is not fetched again before ``next_at``.
    """

    feed: Feed | None
    etag: str | None
    last_modified: str | None
    next_at: float
    changed_at: float


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A caller's entry of a feed: the item of a job that makes its briefing, and what came of it."""

    entry: str
    job: str
    position: int
    briefing: str | None = None
    problem: str | None = None
    settled_at: float | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the item has ended."""
        return self.settled_at is not None


class FeedStore:
    """The feeds in a database. Every method raises ``StoreFailed`` if the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, url: str) -> StoredFeed | None:
        """Return the feed of that URL, or None if nobody has asked for it."""
        query = sa.select(feeds.c.content, feeds.c.etag, feeds.c.last_modified, feeds.c.next_at, feeds.c.changed_at)
        with self._database.reading() as connection:
            row = connection.execute(query.where(feeds.c.url == url)).one_or_none()
        if row is None:
            return None
        feed = None if row.content is None else _FEED.validate_json(row.content)
        return StoredFeed(feed, row.etag, row.last_modified, row.next_at, row.changed_at)

    def claim(self, url: str, now: float, hold: float) -> bool:
        """Return whether the feed is to be fetched now; no other process fetches it for ``hold`` seconds."""
        row = {"url": url, "next_at": now + hold, "changed_at": now, "asked_at": now}
        is_due = (feeds.c.url == url) & (feeds.c.next_at <= now)
        with self._database.writing() as connection:
            if connection.execute(self._database.insert_if_absent(feeds), row).rowcount == 1:
                return True
            values = {"next_at": now + hold, "asked_at": now}
            return connection.execute(sa.update(feeds).where(is_due).values(values)).rowcount == 1

    def save(self, url: str, stored: StoredFeed) -> None:
        """Store the state of a feed that was claimed."""
        values = {
            "content": None if stored.feed is None else _FEED.dump_json(stored.feed).decode(),
            "etag": stored.etag,
            "last_modified": stored.last_modified,
            "next_at": stored.next_at,
            "changed_at": stored.changed_at,
        }
        with self._database.writing() as connection:
            connection.execute(sa.update(feeds).where(feeds.c.url == url).values(values))

    def items(self, owner: str, url: str) -> list[FeedItem]:
        """Return the caller's entries of a feed."""
        columns = [feed_items.c[name] for name in ("entry", "job", "position", "briefing", "problem", "settled_at")]
        query = sa.select(*columns).where(feed_items.c.owner == owner, feed_items.c.feed == url)
        with self._database.reading() as connection:
            return [FeedItem(*row) for row in connection.execute(query)]

    def add(self, owner: str, url: str, items: Sequence[FeedItem]) -> None:
        """Add entries of a feed, unless they are there."""
        rows = [
            {"owner": owner, "feed": url, "entry": item.entry, "job": item.job, "position": item.position}
            for item in items
        ]
        with self._database.writing() as connection:
            connection.execute(self._database.insert_if_absent(feed_items), rows)

    def settle(self, owner: str, url: str, items: Sequence[FeedItem]) -> None:
        """Store what came of entries."""
        with self._database.writing() as connection:
            for item in items:
                values = {"briefing": item.briefing, "problem": item.problem, "settled_at": item.settled_at}
                connection.execute(sa.update(feed_items).where(*_key(owner, url, [item.entry])).values(values))

    def forget(self, owner: str, url: str, entries: Collection[str]) -> None:
        """Remove entries of a feed."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(feed_items).where(*_key(owner, url, entries)))

    def remove_unused(self, before: float) -> int:
        """Remove the feeds that nobody has asked for since that time, and return their number."""
        with self._database.writing() as connection:
            return connection.execute(sa.delete(feeds).where(feeds.c.asked_at < before)).rowcount


def _key(owner: str, url: str, entries: Collection[str]) -> tuple[sa.ColumnElement[bool], ...]:
    return feed_items.c.owner == owner, feed_items.c.feed == url, feed_items.c.entry.in_(entries)
