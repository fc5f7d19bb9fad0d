"""The articles that the arguments of ``standfirst digest`` name, directly or by feeds and lists."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from os.path import isfile
from pathlib import Path
from urllib.parse import urlsplit

from standfirst.cli.arguments import article_source, is_url, read_lines
from standfirst.domain.feed import FeedEntry
from standfirst.errors import StandfirstError
from standfirst.reading.feeds import FEED_TYPES, read_feed, read_opml
from standfirst.reading.fetch import FetchPolicy, Page, fetch
from standfirst.reading.source import Source

#: Feeds that are fetched at a time, in all and from one host.
_CONCURRENCY, _CONCURRENCY_PER_HOST = 8, 2


async def collect_sources(names: Sequence[str], policy: FetchPolicy, max_entries: int) -> list[Source]:
    """Return the articles that are named, in order, and then the newest ``max_entries`` entries of the feeds."""
    articles: list[Source] = []
    entries: list[FeedEntry] = []
    for name in names:
        page = await _load(name, policy)
        feeds = read_opml(page)
        if feeds is not None:
            entries += await _fetch_feeds(feeds, policy)
        elif (feed := read_feed(page)) is not None:
            entries += feed.entries
        elif page.url:
            articles.append(Source(url=name))
        else:
            articles += [article_source(one) for one in _listed(name, page.content) or [name]]
    return [*articles, *_newest(entries, max_entries)]


async def _load(name: str, policy: FetchPolicy) -> Page:
    """Return the page at a URL, or the content of a file as a page without a URL."""
    if is_url(name):
        return await fetch(name, policy, extra_types=FEED_TYPES)
    return Page("", await asyncio.to_thread(Path(name).read_bytes), "", None)


async def _fetch_feeds(feeds: Sequence[str], policy: FetchPolicy) -> list[FeedEntry]:
    """Return the entries of all feeds. A feed that cannot be read is reported on standard error."""
    in_all = asyncio.Semaphore(_CONCURRENCY)
    per_host: dict[str | None, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_CONCURRENCY_PER_HOST))

    async def fetch_feed(url: str) -> Iterable[FeedEntry]:
        try:
            async with per_host[urlsplit(url).hostname], in_all:
                feed = read_feed(await _load(url, policy))
            if feed is not None:
                return feed.entries
            print(f"standfirst: {url}: This is no feed.", file=sys.stderr)
        except (StandfirstError, ValueError) as error:
            print(f"standfirst: {url}: {error}", file=sys.stderr)
        return ()

    return [entry for entries in await asyncio.gather(*map(fetch_feed, feeds)) for entry in entries]


def _newest(entries: Iterable[FeedEntry], limit: int) -> list[Source]:
    """Return the newest entries, each address once. Entries without a date come last, in the order of their feed."""
    by_date = sorted(entries, key=lambda entry: -(entry.published or 0))
    first = {entry.url or entry.html: entry for entry in reversed(by_date)}
    newest = [entry for entry in by_date if first[entry.url or entry.html] is entry][:limit]
    return [
        Source(html=entry.html, title=entry.title, page_url=entry.url)
        if entry.html
        else Source(url=entry.url, title=entry.title)
        for entry in newest
    ]


def _listed(name: str, content: bytes) -> list[str]:
    """Return the URLs and files that a file lists, a line each; nothing if the file is not such a list."""
    lines = read_lines(content.decode(errors="replace"))
    # Not `Path.is_file`, which fails on a line that is too long for a name.
    is_list = name not in lines and all(is_url(line) or isfile(line) for line in lines)
    return lines if is_list else []
