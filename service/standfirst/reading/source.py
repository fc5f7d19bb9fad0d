"""A source: a text, a page or an address, as it comes with a request; and the reader that makes an article of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import lru_cache

from standfirst.domain.article import Article
from standfirst.errors import InvalidRequest
from standfirst.reading.extract import read_html
from standfirst.reading.fetch import FetchPolicy, Page, fetch
from standfirst.reading.markup import decode_page
from standfirst.reading.text import read_text

#: A text of more characters is read anew each time that it comes.
_LONG = 20_000
#: Half of what a briefing that is kept costs is reading its text again, and of what a refusal costs, after which the
#: same text comes again every second.
_read_again = lru_cache(maxsize=256)(read_text)


@dataclass(frozen=True, slots=True)
class Source:
    """Exactly one of a text, a page and an address; ``title`` where it is known, ``page_url`` where a page came from.

    Raises ``InvalidRequest`` for none or several of them.
    """

    text: str | None = None
    html: str | bytes | None = None
    url: str | None = None
    title: str | None = None
    page_url: str | None = None

    def __post_init__(self) -> None:
        if sum(value is not None for value in (self.text, self.html, self.url)) != 1:
            raise InvalidRequest("Give exactly one of text, html and url.")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads sources: fetches as ``policy`` allows, and refuses texts of more than ``max_words``."""

    policy: FetchPolicy
    max_words: int

    async def read(self, source: Source) -> Article:
        """The article of ``source``; raises what reading it raises.

        Parsing runs beside the event loop, which it would block for as long as a long text takes.
        """
        title = " ".join((source.title or "").split()) or None
        if source.url is not None:
            page = await fetch(source.url, self.policy)
            return await asyncio.to_thread(_read_page, page, title, self.max_words)
        if source.html is not None:
            return await asyncio.to_thread(
                read_html, source.html, title=title, url=source.page_url, max_words=self.max_words
            )
        text = source.text or ""
        read = read_text if len(text) > _LONG else _read_again
        return await asyncio.to_thread(read, text, title=title, max_words=self.max_words)


def _read_page(page: Page, title: str | None, max_words: int) -> Article:
    if page.media_type == "text/plain":
        text = decode_page(page.content, page.charset)
        return read_text(text, title=title, url=page.url, max_words=max_words)
    return read_html(page.content, title=title, url=page.url, charset=page.charset, max_words=max_words)
