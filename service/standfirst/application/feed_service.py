"""The feed service: a publisher's feed with a briefing of each story.

Stories that are new become items of a job, so nothing waits for their briefings: an answer has those that are made. A
feed is fetched once for all callers, with the validators of its server, and no more often than it allows.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from weakref import WeakValueDictionary

from standfirst.application.job_service import JobService
from standfirst.application.keys import Caller
from standfirst.application.problems import Problem
from standfirst.domain.feed import BriefedEntry, BriefedFeed, Feed, FeedEntry
from standfirst.domain.job import ItemState
from standfirst.errors import FetchFailed, InvalidRequest, NotFound, NotNow, StandfirstError
from standfirst.jobs.tasks import BriefingTask
from standfirst.reading.feeds import FEED_TYPES, read_feed
from standfirst.reading.fetch import FetchPolicy, Page, fetch_if_changed, parse_url
from standfirst.rendering.json.briefing import BriefingOut
from standfirst.store.briefings import BriefingStore, StoredBriefing
from standfirst.store.feeds import FeedItem, FeedStore, StoredFeed

_log = logging.getLogger(__name__)

#: The most entries of an answer.
MAX_ENTRIES = 50
#: Seconds between two visits to a feed: at least, at most, and after one that failed.
_MIN_INTERVAL, _MAX_INTERVAL, _FAILED_INTERVAL = 900.0, 86_400.0, 3600.0
#: Seconds, in addition to the time of fetching, for which no other process fetches the same feed.
_HOLD_SECONDS = 30.0
_MAX_AGE = re.compile(r"\bmax-age=(\d{1,9})\b", re.IGNORECASE)


class FeedService:
    """Serves feeds of briefings. ``policy`` limits what is fetched. Its methods raise ``StoreFailed``."""

    def __init__(self, feeds: FeedStore, briefings: BriefingStore, jobs: JobService, policy: FetchPolicy) -> None:
        self._feeds = feeds
        self._briefings = briefings
        self._jobs = jobs
        self._policy = policy
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def serve(self, url: str, caller: Caller) -> BriefedFeed:
        """Return the newest entries of the feed at ``url``, with the briefings that are made.

        Raises ``FetchFailed`` and its relatives if the feed was never fetched and cannot be now, and
        ``InvalidRequest`` if it is no feed.
        """
        address = str(parse_url(url, self._policy))
        stored = await self._current(address)
        feed = stored.feed
        if feed is None:
            raise FetchFailed("The feed is being fetched by another request, or could not be. Try again in a minute.")
        entries = _newest(feed.entries)
        items = await asyncio.to_thread(self._feeds.items, caller.name, address)
        settled = await self._settle(caller, address, items)
        briefings = await asyncio.to_thread(self._find, settled.values())
        # A briefing that is stored no longer is made again.
        gone = {item.entry for item in settled.values() if item.briefing and item.briefing not in briefings}
        past = {item.entry for item in items} - {entry.id for entry in entries}
        lost = ({item.entry for item in items} - settled.keys()) | gone | past
        await self._order(caller, address, lost, [entry for entry in entries if entry.id not in settled.keys() - lost])
        briefed = tuple(_briefed(entry, settled.get(entry.id), briefings, stored.changed_at) for entry in entries)
        updated = max([stored.changed_at, *(entry.updated for entry in briefed)])
        return BriefedFeed(address, feed.title, feed.url, briefed, updated)

    async def _current(self, url: str) -> StoredFeed:
        """Return the feed, fetched anew if that is due."""
        lock = self._locks.setdefault(url, asyncio.Lock())
        async with lock:
            now = time.time()
            stored = await asyncio.to_thread(self._feeds.find, url)
            if stored is not None and now < stored.next_at:
                return stored
            hold = self._policy.timeout_s + _HOLD_SECONDS
            if await asyncio.to_thread(self._feeds.claim, url, now, hold):
                known = stored or StoredFeed(None, None, None, now, now)
                try:
                    stored = await self._fetch(url, known, now)
                except StandfirstError as error:
                    # Readers go on with the entries that are known. A feed that was never read may be tried at once.
                    if known.feed is None:
                        await asyncio.to_thread(self._feeds.save, url, replace(known, next_at=now))
                        raise
                    _log.warning("a feed was not fetched: %s", error)
                    stored = replace(known, next_at=now + _FAILED_INTERVAL)
                await asyncio.to_thread(self._feeds.save, url, stored)
            return stored or StoredFeed(None, None, None, now, now)

    async def _fetch(self, url: str, known: StoredFeed, now: float) -> StoredFeed:
        validators = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        named = {name: value for name, value in validators.items() if value and known.feed is not None}
        page = await fetch_if_changed(url, self._policy, named, extra_types=FEED_TYPES)
        if page is None:
            interval = known.feed.interval_s if known.feed else 0.0
            return replace(known, next_at=now + _interval(interval, {}))
        feed = await asyncio.to_thread(_read, page)
        next_at = now + _interval(feed.interval_s, page.headers)
        changed_at = known.changed_at if feed == known.feed else now
        return StoredFeed(feed, page.headers.get("etag"), page.headers.get("last-modified"), next_at, changed_at)

    async def _settle(self, caller: Caller, url: str, items: Sequence[FeedItem]) -> dict[str, FeedItem]:
        """Return the items by entry, with what has come of them; without those whose job is gone."""
        found = {item.entry: item for item in items}
        settled = []
        for job in {item.job for item in items if not item.is_settled}:
            of_job = {item.position: item for item in items if item.job == job and not item.is_settled}
            try:
                results = await self._jobs.ended_items(job)
            except NotFound:
                for item in of_job.values():
                    del found[item.entry]
                continue
            for result in results:
                if (ended := of_job.get(result.position)) is None:
                    continue
                if result.state is ItemState.DONE:
                    done = replace(ended, briefing=BriefingOut.model_validate_json(result.content).id)
                else:
                    done = replace(ended, problem=Problem.model_validate_json(result.content).detail)
                settled.append(replace(done, settled_at=time.time()))
        if settled:
            await asyncio.to_thread(self._feeds.settle, caller.name, url, settled)
        return found | {item.entry: item for item in settled}

    def _find(self, items: Iterable[FeedItem]) -> dict[str, StoredBriefing]:
        found = ((item.briefing, self._briefings.find(item.briefing)) for item in items if item.briefing)
        return {briefing_id: stored for briefing_id, stored in found if stored is not None}

    async def _order(self, caller: Caller, url: str, lost: set[str], entries: Sequence[FeedEntry]) -> None:
        """Create a job for the entries that have none."""
        if lost:
            await asyncio.to_thread(self._feeds.forget, caller.name, url, lost)
        if not entries:
            return
        tasks = [_task(entry) for entry in entries]
        request = {"feed": url, "entries": [entry.id for entry in entries]}
        # Two requests at the same time, or one that is repeated after a crash, create one job.
        key = hashlib.sha256(f"{url}\n{request['entries']}\n{sorted(lost)}".encode()).hexdigest()
        with suppress(NotNow):  # without a quota, or with a full store of jobs, the entries wait for the next visit
            job = await self._jobs.create(caller, tasks, request, f"feed-{key}")
            new = [FeedItem(entry.id, job.id, position) for position, entry in enumerate(entries)]
            await asyncio.to_thread(self._feeds.add, caller.name, url, new)


def _read(page: Page) -> Feed:
    feed = read_feed(page)
    if feed is None:
        raise InvalidRequest("url: This is no feed. Give the address of an RSS, Atom or JSON feed.")
    # What an answer never shows is not stored.
    return replace(feed, entries=_newest(feed.entries))


def _newest(entries: Sequence[FeedEntry]) -> tuple[FeedEntry, ...]:
    """Return the newest entries, each id once; those without a date last, in the order of their feed."""
    by_date = sorted(entries, key=lambda entry: -(entry.published or 0))
    return tuple({entry.id: entry for entry in reversed(by_date)}.values())[::-1][:MAX_ENTRIES]


def _interval(stated: float, headers: Mapping[str, str]) -> float:
    """Return the seconds until the next visit: the longest that the feed or its server states, within limits."""
    max_age = _MAX_AGE.search(headers.get("cache-control", ""))
    return min(max(_MIN_INTERVAL, stated, float(max_age[1]) if max_age else 0.0), _MAX_INTERVAL)


def _task(entry: FeedEntry) -> BriefingTask:
    if entry.html is not None:
        return BriefingTask(html=entry.html, title=entry.title and entry.title[:1000])
    return BriefingTask(url=entry.url)


def _briefed(
    entry: FeedEntry, item: FeedItem | None, briefings: Mapping[str, StoredBriefing], changed_at: float
) -> BriefedEntry:
    published = entry.published if entry.published is not None else changed_at
    if item is None or item.settled_at is None:
        return BriefedEntry(entry, None, None, None, published)
    stored = briefings.get(item.briefing) if item.briefing else None
    if stored is None and item.problem is None:
        return BriefedEntry(entry, None, None, None, published)
    article, briefing = (stored.article, stored.briefing) if stored else (None, None)
    return BriefedEntry(entry, article, briefing, item.problem, max(published, item.settled_at))
