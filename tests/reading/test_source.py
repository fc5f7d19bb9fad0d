"""Sources, and the reader, which does not block the event loop."""

from __future__ import annotations

import asyncio
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path

import pytest

from standfirst.domain.article import Article
from standfirst.errors import FetchForbidden, InvalidRequest, TooLarge
from standfirst.reading.fetch import FetchPolicy
from standfirst.reading.source import Reader, Source

_PAGES = sorted((Path(__file__).parents[1] / "fixtures/pages").glob("*.html"))
_STORY = "The harbour board met on Monday. It voted to rebuild the pier, which a storm had broken in two."
_READER = Reader(FetchPolicy(), max_words=1_000)


def test_a_source_is_exactly_one_of_the_three() -> None:
    inputs = {"text": "a", "html": "<p>a", "url": "http://example.org"}
    for names in [(), *combinations(inputs, 2), tuple(inputs)]:
        with pytest.raises(InvalidRequest, match=r"^Give exactly one of text, html and url\.$"):
            Source(**{name: inputs[name] for name in names})
    for name, value in inputs.items():
        assert getattr(Source(**{name: value}), name) == value


def test_white_space_in_a_title_is_normalized() -> None:
    article = asyncio.run(_READER.read(Source(text=_STORY, title="  The\n pier ")))
    assert (article.title, len(article.sentences), article.url) == ("The pier", 2, None)


def test_a_blank_title_is_no_title() -> None:
    assert asyncio.run(_READER.read(Source(text=_STORY, title=" \n"))).title is None


def test_the_limit_on_words_is_the_readers() -> None:
    with pytest.raises(TooLarge, match="1001 words"):
        asyncio.run(_READER.read(Source(text="word " * 1_001)))


def test_an_internal_address_is_refused() -> None:
    with pytest.raises(FetchForbidden):
        asyncio.run(_READER.read(Source(url="http://127.0.0.1/")))


async def _served(content: bytes, content_type: str) -> Article:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(content)}\r\n\r\n"
        writer.write(head.encode() + content)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        policy = FetchPolicy(ports=frozenset({port}), networks=(IPv4Network("127.0.0.1/32"),))
        return await Reader(policy, max_words=1_000).read(Source(url=f"http://127.0.0.1:{port}/a"))


def test_a_fetched_page_is_decoded_by_the_servers_charset() -> None:
    paragraph = "<p>Городской совет в понедельник решил закрыть старый мост через реку из-за ржавчины номер {}.</p>"
    html = "<html><body><article>" + "".join(paragraph.format(i) for i in range(6)) + "</article></body></html>"
    article = asyncio.run(_served(html.encode("cp1251"), "text/html; charset=windows-1251"))
    assert article.sentences[0].text.startswith("Городской совет")
    assert (article.url or "").startswith("http://127.0.0.1:")


def test_a_fetched_plain_text_is_read_as_text() -> None:
    article = asyncio.run(_served(_STORY.encode("utf-8-sig"), "text/plain"))
    assert article.text == _STORY


def test_a_long_text_does_not_block_the_event_loop() -> None:
    async def turns() -> int:
        reading = asyncio.create_task(
            Reader(FetchPolicy(), max_words=200_000).read(Source(text="The board met, it said, and voted. " * 20_000))
        )
        taken = 0
        while not reading.done():
            await asyncio.sleep(0)
            taken += 1
        await reading
        return taken

    # In the event loop's thread there would be two or three turns.
    assert asyncio.run(turns()) > 20


def test_pages_read_concurrently_give_the_same_articles() -> None:
    pages = [page.read_bytes() for page in _PAGES]

    async def together() -> list[Article]:
        return await asyncio.gather(*(_READER.read(Source(html=page)) for page in pages * 4))

    alone = [asyncio.run(_READER.read(Source(html=page))) for page in pages]
    assert asyncio.run(together()) == alone * 4


@pytest.mark.parametrize("url", ["", "  "])
def test_an_empty_url_is_a_mistake_of_the_request(url: str) -> None:
    with pytest.raises(InvalidRequest, match="url is empty"):
        Source(url=url)
