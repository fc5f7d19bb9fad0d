"""Parsing of feeds and OPML lists."""

from __future__ import annotations

import json

import pytest

from standfirst.domain.feed import FeedEntry
from standfirst.errors import InvalidRequest
from standfirst.reading.feeds import read_feed, read_opml
from standfirst.reading.fetch import Page

LONG = "<p>" + "The council voted to close the bridge for repairs. " * 20 + "</p>"


def page(content: str | bytes, charset: str | None = None) -> Page:
    return Page("https://example.com/feed", content.encode() if isinstance(content, str) else content, "", charset)


RSS = f"""<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title>
<item><title>One &amp; only</title><link>https://example.com/1</link><description>Short.</description>
  <pubDate>Tue, 06 Jan 2026 10:00:00 GMT</pubDate></item>
<item><title>Two</title><link>https://example.com/2</link><content:encoded><![CDATA[{LONG}]]></content:encoded></item>
<item><title>Three</title><link>javascript:alert(1)</link></item>
<item><title>Four</title><link>https://example.com/4</link>
  <content:encoded><![CDATA[{LONG}<p>Read more</p>]]></content:encoded></item>
</channel></rss>"""

ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><title>One</title><link href="/1"/><updated>2026-01-06T10:00:00Z</updated></entry>
<entry><title type="html">&lt;b&gt;Two&lt;/b&gt;</title><link href="https://example.com/2"/>
  <content type="html"><![CDATA[{LONG}]]></content></entry></feed>"""

JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"url": "https://example.com/1", "title": "One", "date_published": "2026-01-06T10:00:00Z"},
            {"url": "https://example.com/2", "title": "Two", "content_html": LONG},
            {"title": "Three", "content_text": "A <b>whole</b> article, which has no address."},
            {"title": "Four"},
            "five",
        ],
    }
)

TEN = 1767693600.0


def test_rss_gives_links_and_whole_articles() -> None:
    feed = read_feed(page(RSS))
    assert feed is not None
    assert (feed.title, feed.interval_s) == ("News", 0)
    entries = feed.entries
    assert [entry.url for entry in entries] == [
        "https://example.com/1",
        "https://example.com/2",
        "https://example.com/4",
    ]
    one = "https://example.com/1"
    assert entries[0] == FeedEntry("One & only", one, None, TEN, one, "Short.")
    assert entries[1].html is not None
    assert "voted to close" in entries[1].html
    assert entries[2].html is None, "a teaser was taken for the article"


def test_atom_gives_the_same_with_absolute_links() -> None:
    feed = read_feed(page(ATOM))
    assert feed is not None
    entries = feed.entries
    assert entries[0] == FeedEntry("One", "https://example.com/1", None, TEN, "https://example.com/1")
    assert entries[1].title == "Two"
    assert entries[1].html is not None


def test_json_feed_gives_the_same_and_its_text_is_escaped() -> None:
    feed = read_feed(page(JSON_FEED))
    assert feed is not None
    entries = feed.entries
    assert entries[0] == FeedEntry("One", "https://example.com/1", None, TEN, "https://example.com/1")
    assert [entry.title for entry in entries] == ["One", "Two", "Three"]
    assert "&lt;b&gt;whole" in str(entries[2].html)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<html><body><p>Hello</p></body></html>",
        "A text.",
        "{",
        "[1]",
        '{"version": 1}',
        "{" * 100_000,
        "\0\xff<rss",
    ],
)
def test_another_document_is_no_feed(content: str) -> None:
    assert read_feed(page(content)) is None


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_feed_that_declares_entities_is_refused_in_every_encoding(encoding: str) -> None:
    content = BOMB + "<rss version='2.0'><channel><item><title>&b;</title></item></channel></rss>"
    with pytest.raises(InvalidRequest, match="entities"):
        read_feed(page(content.encode(encoding)))


def test_a_feed_in_another_encoding_is_read() -> None:
    declared = RSS.replace('version="1.0"?>', 'version="1.0" encoding="iso-8859-1"?>').replace("One", "Café")
    feed = read_feed(page(declared.encode("iso-8859-1")))
    assert feed is not None
    assert feed.entries[0].title == "Café & only"


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("<ttl>90</ttl>", 5400),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
        ("<ttl>soon</ttl>", 0),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 0),
    ],
)
def test_a_feed_says_how_long_to_wait_between_two_visits(stated: str, seconds: float) -> None:
    space = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    feed = read_feed(page(f'<rss version="2.0" {space}><channel><title>News</title>{stated}</channel></rss>'))
    assert feed is not None
    assert feed.interval_s == seconds


def test_opml_gives_the_addresses_of_its_feeds_once() -> None:
    opml = """<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head/><body><outline text="News">
    <outline type="rss" xmlUrl="https://example.com/a"/><outline xmlUrl="https://example.com/b"/></outline>
    <outline xmlUrl="https://example.com/a"/><outline xmlUrl="file:///etc/passwd"/><outline text="x"/></body></opml>"""
    assert read_opml(page(opml)) == ("https://example.com/a", "https://example.com/b")


@pytest.mark.parametrize("content", [RSS, ATOM, JSON_FEED, "", "opml", "<html><opml></opml></html>"])
def test_another_document_is_no_opml(content: str) -> None:
    assert read_opml(page(content)) is None


@pytest.mark.parametrize("content", ["<opml><body>", "<opml><!DOCTYPE x><body/></opml>", "<opml>\0</opml>"])
def test_malformed_opml_is_refused(content: str) -> None:
    with pytest.raises(InvalidRequest, match="OPML"):
        read_opml(page(content))


def test_entities_in_opml_are_not_expanded() -> None:
    assert not read_opml(page(BOMB + "<opml><body><outline xmlUrl='https://example.com/&b;'/></body></opml>"))


@pytest.mark.parametrize(
    "hostile",
    ["<!--a-->" * 200 + "<html>", " " * 200_000 + "<html>", "<?xml a>" * 200 + "<!--", "<" * 100_000],
    ids=["comments", "white space", "declarations", "tags"],
)
def test_hostile_input_is_recognized_as_no_opml_at_once(hostile: str) -> None:
    assert read_opml(page(hostile)) is None


def test_an_entry_of_tags_and_dots_is_parsed_at_once() -> None:
    hostile = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "x",
        "items": [{"id": "1", "url": "https://example.com/1", "content_html": "<" * 100_000 + "…" + "." * 100_000}],
    }
    found = read_feed(page(json.dumps(hostile)))
    assert found is not None
    assert found.entries[0].url == "https://example.com/1"
