"""Parsing of feeds (RSS and Atom by feedparser, JSON Feed) and of OPML lists of feeds.

Feeds are untrusted. Entity declarations are refused, because a few lines of them can fill the memory. Only ``http``
and ``https`` links are accepted. Nothing is fetched here.
"""

from __future__ import annotations

import calendar
import hashlib
import json
import re
from collections.abc import Iterable
from datetime import datetime
from html import escape, unescape
from io import BytesIO
from typing import Any

import feedparser
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from standfirst.domain.feed import Feed, FeedEntry
from standfirst.errors import InvalidRequest
from standfirst.reading.fetch import Page
from standfirst.reading.markup import decode_page

#: The media types of feeds and OPML lists, besides those of pages.
FEED_TYPES = frozenset(
    """application/rss+xml application/atom+xml application/rdf+xml application/xml text/xml application/feed+json
    application/json text/x-opml application/opml+xml""".split()
)
#: Content of fewer words, or content that breaks off, is a teaser of the linked article.
_MIN_ARTICLE_WORDS = 150
_TEASER = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|read more|continue reading|weiterlesen)\W*$", re.IGNORECASE)
#: The number of last characters in which the mark of a teaser is looked for.
_TEASER_END_LENGTH = 40
_TAG = re.compile(r"<[^<>]*>")
#: Possessive quantifiers, so that hostile input is scanned once.
_OPML = re.compile(r"(?:\s++|<\?xml[^>]*>|<!--(?:(?!-->).)*+-->)*+<opml\b", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
#: Seconds of the update periods of RSS's syndication module.
_PERIODS = {"hourly": 3600.0, "daily": 86_400.0, "weekly": 604_800.0}
_FEED_SCHEME = re.compile(r"^feed:(?://(?=https?://))?(https?://)?(?://)?", re.IGNORECASE)
#: An ampersand that is not part of an entity, as many programs write it in addresses.
_RAW_AMPERSAND = re.compile(r"&(?!#\d+;|#x[\da-f]+;|\w+;)", re.IGNORECASE)
#: WordPress's last line of an entry.
_LAST_LINE = re.compile(r"\s*The post .{1,200} (?:appeared first|first appeared) on .{1,100}$")
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)


def read_feed(page: Page) -> Feed | None:
    """Return the feed, its entries in its order, or None where ``page`` is no feed.

    Raises ``InvalidRequest`` for a feed that declares entities.
    """
    text = decode_page(page.content, page.charset)
    if text.lstrip().startswith("{"):
        return _json_feed(text)
    if _ENTITY.search(text):
        raise InvalidRequest("The feed declares entities of its own, which no feed needs.")
    # The text is encoded anew, so that the declared encoding no longer holds.
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": page.url}
    feed = feedparser.parse(BytesIO(text.encode()), response_headers=headers)
    if not feed.get("version"):  # the key is missing for an empty document
        return None
    return Feed(
        title=_plain(feed.feed.get("title")) or None,
        url=_link(feed.feed.get("link")),
        entries=tuple(entry for item in feed.entries if (entry := _xml_entry(item)) is not None),
        interval_s=_interval(feed.feed),
    )


def read_opml(page: Page) -> tuple[str, ...] | None:
    """Return the addresses of the feeds in an OPML document, or None where ``page`` is no OPML.

    Raises ``InvalidRequest`` for a document that cannot be parsed.
    """
    text = decode_page(page.content, page.charset)
    if not _OPML.match(text):
        return None
    bare = _RAW_AMPERSAND.sub("&amp;", re.sub(r"^\s*<\?xml[^>]*>", "", text))
    try:
        root = ElementTree.fromstring(bare, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise InvalidRequest("The OPML document cannot be read: it is not well-formed, or has a DTD.") from error
    outlines = ({name.lower(): value for name, value in each.attrib.items()} for each in root.iter("outline"))
    return tuple(dict.fromkeys(url for outline in outlines if (url := _link(outline.get("xmlurl")))))


def _interval(feed: Any) -> float:
    """Return the seconds of ``ttl`` (RSS) or of the syndication module's update period; 0 if there is neither."""
    try:
        minutes = float(feed.get("ttl") or 0)
        frequency = float(feed.get("sy_updatefrequency") or 1)
    except ValueError:
        return 0.0
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower(), 0.0)
    return max(60 * minutes, period / frequency if frequency > 0 else 0.0)


def _xml_entry(item: Any) -> FeedEntry | None:
    parsed = item.get("published_parsed") or item.get("updated_parsed")
    published = float(calendar.timegm(parsed)) if parsed else None
    content = max((part.get("value", "") for part in item.get("content", ())), key=len, default="")
    summary = item.get("summary")
    return _entry(item.get("title"), item.get("link"), content or summary or "", published, item.get("id"), summary)


def _json_feed(text: str) -> Feed | None:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or "jsonfeed.org/version" not in str(feed.get("version")):
        return None
    items = feed.get("items")
    entries = (_json_entry(item) for item in (items if isinstance(items, list) else ()) if isinstance(item, dict))
    title, link = (value if isinstance(value := feed.get(key), str) else None for key in ("title", "home_page_url"))
    return Feed(_plain(title) or None, _link(link), tuple(entry for entry in entries if entry is not None))


def _json_entry(item: dict[str, Any]) -> FeedEntry | None:
    strings = {key: value for key, value in item.items() if isinstance(value, str)}
    content = strings.get("content_html") or _paragraphs(strings.get("content_text", "").splitlines())
    try:
        published = datetime.fromisoformat(strings.get("date_published") or strings["date_modified"]).timestamp()
    except (KeyError, ValueError, OverflowError):
        published = None
    link = strings.get("url") or strings.get("external_url")
    return _entry(strings.get("title"), link, content, published, strings.get("id"), strings.get("summary"))


def _entry(
    title: str | None,
    link: str | None,
    content: str,
    published: float | None,
    entry_id: str | None,
    summary: str | None,
) -> FeedEntry | None:
    url = _link(link)
    words = _TAG.sub(" ", content).split()
    is_whole = len(words) >= _MIN_ARTICLE_WORDS and not _TEASER.search(" ".join(words)[-_TEASER_END_LENGTH:])
    if not is_whole and (url or not words):
        content = ""
    page = f"<html><body><article>{content}</article></body></html>" if content else None
    if not (url or page):
        return None
    known_id = (entry_id or "").strip() or url or hashlib.sha256(content.encode()).hexdigest()
    return FeedEntry(_plain(title) or None, url, page, published, known_id, _LAST_LINE.sub("", _plain(summary)))


def _plain(html: str | None) -> str:
    """Return the text of ``html``. Some feeds escape it twice."""
    return " ".join(_TAG.sub(" ", unescape(unescape(html or ""))).split())


def _link(url: str | None) -> str | None:
    """Return ``url`` if it may be fetched. "feed://" and "feed:https://" stand for the address itself."""
    address = _FEED_SCHEME.sub(lambda found: found[1] or "https://", (url or "").strip())
    return address if _LINK.fullmatch(address) else None


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line.strip())
