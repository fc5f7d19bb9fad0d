"""The metadata that a page states about its article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from standfirst.domain.article import Article

if TYPE_CHECKING:
    from trafilatura.settings import Document


def add_page_metadata(article: Article, page: Document) -> Article:
    """Return ``article`` with the page's site, authors and publication date, as far as trafilatura found them.

    The author and the date that were found in the article's text stay where the page states none.
    """
    return replace(
        article,
        site=page.sitename or page.hostname,
        author=(page.author or "").replace("; ", ", ") or article.author,
        published=_iso_date(page.date) or article.published,
    )


def _iso_date(value: str | None) -> str | None:
    try:
        return date.fromisoformat(value or "").isoformat()
    except ValueError:
        return None
