"""Sources of articles (a text, a page or an address), and the reader that turns a source into an article."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import lru_cache

from standfirst.domain.article import Article
from standfirst.errors import InvalidRequest
from standfirst.reading import pdf
from standfirst.reading.extract import read_html
from standfirst.reading.fetch import FetchPolicy, Page, fetch
from standfirst.reading.markup import decode_page
from standfirst.reading.pasted import is_page
from standfirst.reading.text import read_text

#: Longer texts, in characters, are not cached.
_MAX_CACHED_LENGTH = 20_000
#: Reading the text is half the cost of answering from the store, and of refusing a request, which is then retried.
_read_text_cached = lru_cache(maxsize=256)(read_text)


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article comes from: exactly one of ``text``, ``html`` and ``url``.

    A ``text`` that is a whole page of HTML is read as ``html``.

    ``title`` is the article's title where the caller knows it, ``page_url`` the address of ``html``. Raises
    ``InvalidRequest`` unless exactly one is given, and for an empty ``url``.
    """

    text: str | None = None
    html: str | bytes | None = None
    url: str | None = None
    title: str | None = None
    page_url: str | None = None

    def __post_init__(self) -> None:
        if sum(value is not None for value in (self.text, self.html, self.url)) != 1:
            raise InvalidRequest("Give exactly one of text, html and url.")
        if self.url is not None and not self.url.strip():
            raise InvalidRequest("The url is empty.")


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of sources. ``policy`` limits what it fetches; it refuses texts of more than ``max_words``."""

    policy: FetchPolicy
    max_words: int

    async def read(self, source: Source) -> Article:
        """Return the article of ``source``.

        Parsing runs in a thread, so that a long text does not block the event loop. Raises what ``fetch``,
        ``read_html`` and ``read_text`` raise.
        """
        title = " ".join((source.title or "").split()) or None
        article = await self._read(source, title)
        return article if title is None else replace(article, is_title_given=True)

    async def _read(self, source: Source, title: str | None) -> Article:
        if source.url is not None:
            page = await fetch(source.url, self.policy, extra_types={pdf.MEDIA_TYPE})
            if page.media_type == pdf.MEDIA_TYPE:
                text = await pdf.pdf_text(page.content)
                return await asyncio.to_thread(read_text, text, title=title, url=page.url, max_words=self.max_words)
            return await asyncio.to_thread(_read_page, page, title, self.max_words)
        if source.html is not None:
            return await asyncio.to_thread(
                read_html, source.html, title=title, url=source.page_url, max_words=self.max_words
            )
        text = source.text or ""
        if is_page(text):
            return await asyncio.to_thread(read_html, text, title=title, max_words=self.max_words)
        read = read_text if len(text) > _MAX_CACHED_LENGTH else _read_text_cached
        return await asyncio.to_thread(read, text, title=title, max_words=self.max_words)


def _read_page(page: Page, title: str | None, max_words: int) -> Article:
    if page.media_type == "text/plain":
        text = decode_page(page.content, page.charset)
        return read_text(text, title=title, url=page.url, max_words=max_words)
    return read_html(page.content, title=title, url=page.url, charset=page.charset, max_words=max_words)
