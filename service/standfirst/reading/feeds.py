"""Feeds: RSS and Atom (by feedparser), JSON Feed, and OPML lists of feeds. Bytes in, entries or addresses out.

Whoever writes a feed is a stranger: entities are refused, since a few lines of them can fill a machine's memory, links
are taken only where they are ``http`` or ``https``, and nothing is fetched here.
"""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from io import BytesIO
from typing import Any

import feedparser
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from standfirst.errors import InvalidRequest
from standfirst.reading.fetch import Page
from standfirst.reading.markup import decode_page

#: What feeds and lists of them are sent as, beside what pages are.
FEED_TYPES = frozenset(
    """application/rss+xml application/atom+xml application/rdf+xml application/xml text/xml application/feed+json
    application/json text/x-opml application/opml+xml""".split()
)
#: An entry's content of fewer words, or one that breaks off, is a teaser: the article is where the entry links to.
_WHOLE_WORDS = 150
_TEASER = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|read more|continue reading|weiterlesen)\W*$", re.IGNORECASE)
#: In so many last characters.
_TEASER_ENDS = 40
_TAG = re.compile(r"<[^<>]*>")
#: Possessive: a page may begin with whatever it likes, and is looked through once.
_OPML = re.compile(r"(?:\s++|<\?xml[^>]*>|<!--(?:(?!-->).)*+-->)*+<opml\b", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed: what it links to, and its content as HTML where that is the whole article.

    One of ``url`` and ``html`` is always there. ``published`` is seconds since 1970, UTC.
    """

    title: str | None
    url: str | None
    html: str | None
    published: float | None


def read_feed(page: Page) -> tuple[Entry, ...] | None:
    """The entries of a feed, in its order; None where ``page`` is none. Raises ``InvalidRequest`` for a hostile one."""
    text = decode_page(page.content, page.charset)
    if text.lstrip().startswith("{"):
        return _json_feed(text)
    if _ENTITY.search(text):
        raise InvalidRequest("The feed declares entities of its own, which no feed needs.")
    # The encoding that the document declares is no more the one that it has.
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": page.url}
    found = feedparser.parse(BytesIO(text.encode()), response_headers=headers)
    if not found.get("version"):  # of nothing at all it does not even say that
        return None
    return tuple(entry for one in found.entries if (entry := _entry(one)) is not None)


def read_opml(page: Page) -> tuple[str, ...] | None:
    """The addresses of the feeds that an OPML document lists; None where ``page`` is none.

    Raises ``InvalidRequest`` for one that cannot be read.
    """
    text = decode_page(page.content, page.charset)
    if not _OPML.match(text):
        return None
    try:
        root = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", text), forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise InvalidRequest("The OPML document cannot be read: it is not well-formed, or has a DTD.") from error
    named = (outline.get("xmlUrl", "").strip() for outline in root.iter("outline"))
    return tuple(dict.fromkeys(url for url in named if _LINK.fullmatch(url)))


def _entry(one: Any) -> Entry | None:
    parsed = one.get("published_parsed") or one.get("updated_parsed")
    published = float(calendar.timegm(parsed)) if parsed else None
    content = max((part.get("value", "") for part in one.get("content", ())), key=len, default="")
    return _made(one.get("title"), one.get("link"), content, published)


def _json_feed(text: str) -> tuple[Entry, ...] | None:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or "jsonfeed.org/version" not in str(feed.get("version")):
        return None
    items = feed.get("items")
    found = (_json_entry(item) for item in (items if isinstance(items, list) else ()) if isinstance(item, dict))
    return tuple(entry for entry in found if entry is not None)


def _json_entry(item: dict[str, Any]) -> Entry | None:
    said = {key: value for key, value in item.items() if isinstance(value, str)}
    content = said.get("content_html") or _paragraphs(said.get("content_text", "").splitlines())
    when = said.get("date_published") or said.get("date_modified") or ""
    try:
        published = datetime.fromisoformat(when).timestamp()
    except (ValueError, OverflowError):
        published = None
    return _made(said.get("title"), said.get("url") or said.get("external_url"), content, published)


def _made(title: str | None, link: str | None, content: str, published: float | None) -> Entry | None:
    title = " ".join(_TAG.sub(" ", title or "").split()) or None
    url = link.strip() if link and _LINK.fullmatch(link.strip()) else None
    words = _TAG.sub(" ", content).split()
    is_whole = len(words) >= _WHOLE_WORDS and not _TEASER.search(" ".join(words)[-_TEASER_ENDS:])
    if not is_whole and (url or not words):
        content = ""
    page = f"<html><body><article>{content}</article></body></html>" if content else None
    return Entry(title, url, page, published) if url or page else None


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line.strip())
