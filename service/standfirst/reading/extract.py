"""Extraction of an article from a page, by trafilatura.

The article's text is the page's main text, one block a line. It is then read like a plain text, so that boilerplate
that trafilatura left is no sentence. ``benchmarks/extraction.py`` compares trafilatura's settings.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from standfirst.domain.article import Article
from standfirst.errors import EmptySource, NoArticle
from standfirst.reading.markup import check_markup, decode_page
from standfirst.reading.metadata import add_page_metadata
from standfirst.reading.text import MAX_WORDS, read_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from trafilatura.settings import Document

#: A page with fewer words in whole paragraphs is a message (not found, please sign in), a form or a list of links.
_MIN_PROSE_WORDS = 25
#: The smallest column of an article: its number of paragraphs, and of characters in them.
_MIN_COLUMN_PARAGRAPHS = 2
_MIN_COLUMN_LENGTH = 200

#: trafilatura's marks of list items and of the rule below a table's head.
_LIST_ITEM = re.compile(r"- (?=\S)")
_TABLE_RULE = re.compile(r"\|[-|\s]+\|")
#: A cell of so many words is text in a table that serves as layout, not a figure.
_MIN_TEXT_CELL_WORDS = 12


def read_html(
    html: str | bytes,
    *,
    title: str | None = None,
    url: str | None = None,
    charset: str | None = None,
    max_words: int = MAX_WORDS,
) -> Article:
    """Return the article of the page ``html``.

    A ``title`` from the caller takes precedence over the page's. ``url`` and ``charset`` are those of a fetched page;
    ``charset`` is what the server declares. Raises ``EmptySource``, ``NoArticle``, ``TooLarge`` for a text over
    ``max_words`` or a page whose markup is too complex, and ``InvalidRequest`` for a lone surrogate.
    """
    page = decode_page(html, charset) if isinstance(html, bytes) else html
    if not page.strip():
        raise EmptySource("There is nothing in the page but white space.")
    check_markup(page)
    document = _extract(page, url, fast=True) or _extract(page, url, fast=False)
    if document is None:
        raise _no_article()
    text = "\n".join(_lines(document.text or ""))
    title = title or document.title
    try:
        article = read_text(text, title=title, url=url, max_words=max_words, min_prose_words=_MIN_PROSE_WORDS)
    except NoArticle:
        raise _no_article() from None
    return add_page_metadata(article, document)


def _extract(page: str, url: str | None, *, fast: bool) -> Document | None:
    """Return trafilatura's result. ``fast`` omits its fallbacks, which add more boilerplate than article."""
    # Imported here, because it takes half a second and a service that gets only text does not need it.
    from trafilatura import bare_extraction, load_html
    from trafilatura.settings import Document

    # Its warnings about pages without a body contain their addresses, which must not be logged.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    tree = load_html(page)
    if tree is None:
        return None
    _join_columns(tree)
    document = bare_extraction(tree, url=url, fast=fast, favor_recall=True, include_comments=False, with_metadata=True)
    return document if isinstance(document, Document) and (document.text or "").strip() else None


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of trafilatura's text without its marks. A table's row of figures stays one line."""
    for line in map(str.strip, text.splitlines()):
        cells = line.strip("|").split(" | ") if line.startswith("|") else []
        if _TABLE_RULE.fullmatch(line):
            continue
        if any(len(cell.split()) >= _MIN_TEXT_CELL_WORDS for cell in cells):
            yield from map(str.strip, cells)
        else:
            yield _LIST_ITEM.sub("", line, count=1) if _LIST_ITEM.match(line) else line


def _join_columns(tree: HtmlElement) -> None:
    """Move the columns of an article into the first of them, in place.

    Advertisements may divide an article into several columns. trafilatura takes one element for the main text, so
    that the other columns would be missing without notice. Columns are elements of one class, with paragraphs of
    their own, in one ``article`` element with one headline.
    """
    columns: dict[tuple[HtmlElement, str], list[HtmlElement]] = {}
    for element in tree.iter("div", "section"):
        paragraphs = element.findall("p")
        article = next(element.iterancestors("article"), None)
        if article is None or not element.get("class") or len(paragraphs) < _MIN_COLUMN_PARAGRAPHS:
            continue
        if sum(len("".join(paragraph.itertext())) for paragraph in paragraphs) >= _MIN_COLUMN_LENGTH:
            columns.setdefault((article, element.get("class")), []).append(element)
    for (article, _), (first, *others) in columns.items():
        if others and len(article.findall(".//h1")) <= 1:
            for other in others:
                if first not in other.iterancestors():
                    first.extend(list(other))


def _no_article() -> NoArticle:
    return NoArticle("There is no article in the page. Send its text, if there is one.")
