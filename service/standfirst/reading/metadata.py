"""The metadata of a page's article: title, author, publication date and site, each as stated by the page or None.

A date is never inferred from prose, a footer, an embedded post or a copyright line, and a time of modification is no
publication date. A day in the page's address is stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from standfirst.reading.authors import author_names
from standfirst.reading.boilerplate import stated_date
from standfirst.reading.json_ld import Statement
from standfirst.reading.page_blocks import PageBlock, normal_words, spaced_text
from standfirst.reading.pruning import class_names
from standfirst.reading.publication_date import parse_timestamp
from standfirst.reading.titles import choose_title

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TITLES = ("og:title", "twitter:title", "dc.title", "title")
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl")
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_SECTIONS = ("article:section", "parsely-section", "section")
_PUBLISHED = (
    "article:published_time",
    "article:published",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "date_published",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "date",
    "article.published",
)
_AUTHOR_CLASS = re.compile(r"\b(?:byline|by-line|author|authors|author-name|byline-name)\b")
_DAY_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-])")
_MODIFIED = re.compile(r"\b(?:updated?|modified|last-updated|date-modified|datemodified)\b", re.IGNORECASE)
#: Elements whose times and names are not the article's own.
_FOREIGN = frozenset("aside nav footer blockquote form".split())
_FOREIGN_CLASS = re.compile(
    r"\b(?:related|comments?|recommended|teaser|card|promo|tweet|embed|post-list|sidebar|footer|user-?menu)\b"
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:\d{4}(?:\s*[-–]\s*\d{4})?)?,?\s*(?:by\s+)?([^.|•·,\d]{2,60})", re.IGNORECASE
)
#: A byline and a date stand within so many blocks after the headline.
_HEADER_BLOCKS = 14
_MAX_BYLINE_WORDS = 30
_MAX_NAME_WORDS = 4


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What the page states. ``published`` is an ISO 8601 date."""

    title: str | None
    author: str | None
    published: str | None
    site: str | None


def page_metadata(
    root: HtmlElement, blocks: Sequence[PageBlock], statement: Statement, url: str | None
) -> PageMetadata:
    """Return the metadata of the page ``root`` with its ``blocks`` and its JSON-LD ``statement``."""
    meta = _meta(root)
    address = url or _canonical(root) or ""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    site = _first(
        [*(meta.get(name) for name in _SITES[:1]), statement.publisher, *(meta.get(n) for n in _SITES[1:]), host]
    )
    names = [*_site_names(root, blocks, host), *(meta.get(name) or "" for name in (*_SITES, *_SECTIONS))]
    names += [statement.publisher or "", *statement.sections]
    stated = [statement.headline, *(meta.get(name) for name in _TITLES), _title_element(root)]
    first, second = ([block.text for block in blocks if block.element.tag == tag] for tag in ("h1", "h2"))
    title = choose_title(first, second, [each for each in stated if each], names)
    header = _header(blocks, title)
    return PageMetadata(
        title=title,
        author=_author(root, header, meta, statement),
        published=_local_day(_published(root, header, meta, statement), address),
        site=site.lstrip("@") if site else None,
    )


def _meta(root: HtmlElement) -> dict[str, str]:
    """Return the contents of the page's ``meta`` elements by their names in lower case; of equal names the first."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = " ".join(unescape(element.get("content") or "").split())
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _canonical(root: HtmlElement) -> str | None:
    return next((link.get("href") for link in root.iter("link") if link.get("rel") == "canonical"), None)


def _title_element(root: HtmlElement) -> str | None:
    element = next(root.iter("title"), None)
    return None if element is None else " ".join(unescape(element.text_content()).split()) or None


def _site_names(root: HtmlElement, blocks: Sequence[PageBlock], host: str) -> Iterator[str]:
    """Yield what the page calls its site and its sections: its host, its links' texts, and its copyright line."""
    yield host
    yield host.rpartition(".")[0]
    for link in root.iter("a"):
        texts = [link.text_content(), link.get("title") or "", *(image.get("alt") or "" for image in link.iter("img"))]
        yield from (text for text in texts if 0 < len(text.split()) <= _MAX_NAME_WORDS)
    for block in blocks[-20:]:
        if found := _COPYRIGHT.search(block.text):
            yield found[1]


def _header(blocks: Sequence[PageBlock], title: str | None) -> list[PageBlock]:
    """Return the blocks right after the headline."""
    wanted = normal_words(title or "")
    headline = next((i for i, b in enumerate(blocks) if b.is_heading and normal_words(b.text) == wanted), -1)
    return [] if headline < 0 else [*blocks[headline + 1 : headline + 1 + _HEADER_BLOCKS]]


def _is_foreign(element: HtmlElement) -> bool:
    """Whether ``element`` is in a part of the page that is not about its article."""
    for each in (element, *element.iterancestors()):
        if each.tag in ("body", "html", "main", "article"):
            return False
        if each.tag in _FOREIGN or _FOREIGN_CLASS.search(class_names(each)):
            return True
    return False


def _author(root: HtmlElement, header: Sequence[PageBlock], meta: dict[str, str], statement: Statement) -> str | None:
    stated = [author_names(name, is_stated=True) for name in statement.authors]
    if names := ", ".join(dict.fromkeys(name for name in stated if name)):
        return names
    if name := _first(author_names(meta.get(each), is_stated=True) for each in _AUTHORS):
        return name
    for element in root.iter("a", "span", "div", "p", "address", "li", "cite", "strong"):
        is_named = element.get("rel") == "author" or element.get("itemprop") == "author"
        if (is_named or _AUTHOR_CLASS.search(class_names(element))) and not _is_foreign(element):
            text = spaced_text(element)
            if len(text.split()) <= _MAX_BYLINE_WORDS and (name := author_names(text)):
                return name
    lines = (block.text for block in header if block.text[:3].lower() == "by ")
    return _first(author_names(line) for line in lines if len(line.split()) <= _MAX_BYLINE_WORDS)


def _published(
    root: HtmlElement, header: Sequence[PageBlock], meta: dict[str, str], statement: Statement
) -> str | None:
    stated = _first(parse_timestamp(each) for each in (statement.published, *(meta.get(name) for name in _PUBLISHED)))
    if stated:
        return stated
    for element in root.iter():
        if not isinstance(element.tag, str) or element.get("itemprop") != "datePublished" or _is_foreign(element):
            continue
        if day := parse_timestamp(element.get("datetime") or element.get("content") or element.text_content()):
            return day
    in_header = {block.element for block in header}
    for element in root.iter("time"):
        is_near = any(each in in_header for each in (element, *element.iterancestors()))
        label = f"{class_names(element)} {class_names(element.getparent())} {element.getparent().text or ''}"
        is_own = element.get("pubdate") is not None or is_near
        if not is_own or _MODIFIED.search(label) or _is_foreign(element) or _in_prose(element):
            continue
        if day := parse_timestamp(element.get("datetime") or "") or parse_timestamp(element.text_content()):
            return day
    return _first(stated_date(block.text) for block in header if not _is_foreign(block.element))


def _local_day(published: str | None, address: str) -> str | None:
    """Return the day that ``address`` names, if ``published`` is none or a neighbour of it, else ``published``.

    A timestamp in UTC may be of the day before or after that at the publisher's place, by which sites name addresses.
    """
    found = _DAY_IN_ADDRESS.search(address)
    named = parse_timestamp("-".join(part.zfill(2) for part in found.groups())) if found else None
    if named is None or published is None:
        return named or published
    distance = date.fromisoformat(published) - date.fromisoformat(named)
    return named if abs(distance.days) <= 1 else published


def _in_prose(element: HtmlElement) -> bool:
    """Whether a ``time`` is part of a sentence, which may speak of any day."""
    around = element.getparent()
    text = " ".join(around.text_content().split())
    return around.tag in ("p", "li", "blockquote", "em", "strong") and len(text.split()) > 12 and text.endswith(".")


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
