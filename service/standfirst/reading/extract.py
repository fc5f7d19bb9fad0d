"""A page becomes an article: its body and what it says of itself, by trafilatura.

The article's text is the body, one block a line; what trafilatura leaves of the page's furniture is left out of
the sentences as in a pasted text. The settings are those that did best in ``benchmarks/extraction.py``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from standfirst.domain.article import Article
from standfirst.errors import EmptySource, NoArticle
from standfirst.reading.markup import check_markup, decode_page
from standfirst.reading.text import MAX_WORDS, read_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from trafilatura.settings import Document

#: Fewer words than this in whole paragraphs are a message (not found, please sign in), a form or a list of links.
_LEAST_PROSE = 25
#: A column of a story has at least so many paragraphs, and characters in them.
_COLUMN_PARAGRAPHS = 2
_COLUMN_LENGTH = 200

#: How trafilatura marks the items of a list, and the rows of a table.
_LIST_ITEM = re.compile(r"- (?=\S)")
_TABLE_RULE = re.compile(r"\|[-|\s]+\|")
#: A cell of so many words is text that the page has put into a table to place it, not a figure.
_TEXT_CELL_WORDS = 12


def read_html(
    html: str | bytes,
    *,
    title: str | None = None,
    url: str | None = None,
    charset: str | None = None,
    max_words: int = MAX_WORDS,
) -> Article:
    """The article of the page ``html``.

    ``title`` is given where the caller knows it; ``url`` and ``charset`` (what the server said) where the page was
    fetched. Raises ``EmptySource``, ``NoArticle`` for a page without one, ``TooLarge`` for a body over
    ``max_words`` or a page too involved to be read in a few seconds, and ``InvalidRequest`` for half a character.
    """
    page = decode_page(html, charset) if isinstance(html, bytes) else html
    if not page.strip():
        raise EmptySource("There is nothing in the page but white space.")
    check_markup(page)
    found = _extracted(page, url, fast=True) or _extracted(page, url, fast=False)
    if found is None:
        raise _none()
    body = "\n".join(_lines(found.text or ""))
    try:
        article = read_text(body, title=title or found.title, url=url, max_words=max_words, least_prose=_LEAST_PROSE)
    except NoArticle:
        raise _none() from None
    return replace(
        article,
        site=found.sitename or found.hostname,
        author=(found.author or "").replace("; ", ", ") or article.author,
        published=_day(found.date) or article.published,
    )


def _extracted(page: str, url: str | None, *, fast: bool) -> Document | None:
    """What trafilatura finds. ``fast`` is without its fall-backs, which add more of the page than of the article."""
    # They take half a second to import: a service that is sent text need not wait for it.
    from trafilatura import bare_extraction, load_html
    from trafilatura.settings import Document

    # It warns of pages without a body, with their address, which is for the caller alone.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    tree = load_html(page)
    if tree is None:
        return None
    _join_columns(tree)
    found = bare_extraction(tree, url=url, fast=fast, favor_recall=True, include_comments=False, with_metadata=True)
    return found if isinstance(found, Document) and (found.text or "").strip() else None


def _lines(body: str) -> Iterator[str]:
    """The lines of ``body`` without marks that the page does not have; a table's row of figures stays a row."""
    for line in map(str.strip, body.splitlines()):
        cells = line.strip("|").split(" | ") if line.startswith("|") else []
        if _TABLE_RULE.fullmatch(line):
            continue
        if any(len(cell.split()) >= _TEXT_CELL_WORDS for cell in cells):
            yield from map(str.strip, cells)
        else:
            yield _LIST_ITEM.sub("", line, count=1) if _LIST_ITEM.match(line) else line


def _join_columns(tree: HtmlElement) -> None:
    """Put a story that stands in several columns, with advertisements between them, into the first of them.

    trafilatura takes one element for the body: of such a page half the story would be missing, and nothing would
    say so. Columns are elements of one class, with paragraphs of their own, in one ``article`` with one headline.
    """
    columns: dict[tuple[HtmlElement, str], list[HtmlElement]] = {}
    for element in tree.iter("div", "section"):
        paragraphs = element.findall("p")
        story = next(element.iterancestors("article"), None)
        if story is None or not element.get("class") or len(paragraphs) < _COLUMN_PARAGRAPHS:
            continue
        if sum(len("".join(paragraph.itertext())) for paragraph in paragraphs) >= _COLUMN_LENGTH:
            columns.setdefault((story, element.get("class")), []).append(element)
    for (story, _), (first, *others) in columns.items():
        if others and len(story.findall(".//h1")) <= 1:
            for other in others:
                if first not in other.iterancestors():
                    first.extend(list(other))


def _none() -> NoArticle:
    return NoArticle("There is no article in the page. Send its text, if there is one.")


def _day(said: str | None) -> str | None:
    try:
        return date.fromisoformat(said or "").isoformat()
    except ValueError:
        return None
