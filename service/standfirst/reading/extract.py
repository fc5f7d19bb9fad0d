"""A page becomes an article: its body and what it says of itself, by trafilatura.

The article's text is the body, one block a line; what trafilatura leaves of the page's furniture is left out of
the sentences as in a pasted text. The settings are those that did best in ``benchmarks/extraction.py``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from standfirst.article import Article
from standfirst.errors import EmptySource, NoArticle
from standfirst.reading.text import MAX_WORDS, read_text

if TYPE_CHECKING:
    from trafilatura.settings import Document


def read_html(
    html: str | bytes, *, title: str | None = None, url: str | None = None, max_words: int = MAX_WORDS
) -> Article:
    """The article of the page ``html``; bytes are decoded as the page declares, or as they look.

    ``title`` is given where the caller knows it, ``url`` where the page was fetched. Raises ``EmptySource``,
    ``NoArticle`` for a page without one, and ``TooLarge`` for a body over ``max_words``.
    """
    if not html.strip():
        raise EmptySource("There is nothing in the page but white space.")
    found = _extracted(html, url, fast=True) or _extracted(html, url, fast=False)
    if found is None:
        raise NoArticle("There is no article in the page. Send its text, if there is one.")
    article = read_text(found.text or "", title=title or found.title, url=url, max_words=max_words)
    return replace(
        article,
        site=found.sitename or found.hostname,
        author=found.author or article.author,
        published=_day(found.date) or article.published,
    )


def _extracted(html: str | bytes, url: str | None, *, fast: bool) -> Document | None:
    """What trafilatura finds. ``fast`` is without its fall-backs, which add more of the page than of the article."""
    # They take half a second to import: a service that is sent text need not wait for it.
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    found = bare_extraction(html, url=url, fast=fast, favor_recall=True, include_comments=False, with_metadata=True)
    return found if isinstance(found, Document) and (found.text or "").strip() else None


def _day(said: str | None) -> str | None:
    try:
        return date.fromisoformat(said or "").isoformat()
    except ValueError:
        return None
