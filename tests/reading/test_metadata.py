"""The metadata of pages: title, author, publication date and site."""

from __future__ import annotations

import json

import pytest

from standfirst.domain.article import Article
from standfirst.reading.extract import read_html

BODY = (
    "<p>The board met on Monday and voted to close the bridge, because two of its piers have cracks in them.</p>"
    "<p>The work will take nine months and cost two million pounds, the board's chair told the people who had come.</p>"
)
TITLE = "Board to close the bridge"


def read(head: str = "", before: str = f"<h1>{TITLE}</h1>", after: str = "", url: str | None = None) -> Article:
    return read_html(f"<html><head>{head}</head><body><article>{before}{BODY}</article>{after}</body></html>", url=url)


def linked_data(**statements: object) -> str:
    content = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", **statements})
    return f'<script type="application/ld+json">{content}</script>'


@pytest.mark.parametrize(
    ("head", "before"),
    [
        (f"<title>{TITLE} | Courier</title>", ""),
        (
            f"<title>{TITLE} - Local - Courier</title><meta property=og:site_name content=Courier>",
            "<a href=/l>Local</a>",
        ),
        (f"<title>{TITLE}</title>", f"<h1>The Transport Centre</h1><h2>{TITLE}</h2>"),
        ("<title>Courier</title>", f"<h1>{TITLE}</h1>"),
        ("<title>Courier</title><meta property=og:title content='Board to close the bridge &amp;#8211; Courier'>", ""),
        (linked_data(headline=TITLE), ""),
    ],
)
def test_the_title_has_no_name_of_the_site_or_of_a_section(head: str, before: str) -> None:
    site = "<meta property=og:site_name content=Courier>" if "8211" in head else ""
    assert read(head + site, before).title == TITLE


@pytest.mark.parametrize("title", ["The bridge – a history", "Bridge: who pays?", "Ports and airports - a comparison"])
def test_a_title_with_a_dash_of_its_own_stays_whole(title: str) -> None:
    assert read(f"<title>{title}</title>", f"<h1>{title}</h1>").title == title
    assert read(f"<title>{title}</title>", "").title == title


@pytest.mark.parametrize(
    ("head", "before", "author"),
    [
        (linked_data(author=[{"@type": "Person", "name": "Ann Lee"}, {"name": "Bo Ek"}]), "", "Ann Lee, Bo Ek"),
        (linked_data(author={"@type": "Organization", "name": "Reuters"}), "", "Reuters"),
        (linked_data(author="admin"), "<p class=byline>By Ann Lee</p>", "Ann Lee"),
        ("<meta name=author content='Ann Lee'>", "", "Ann Lee"),
        ("<meta name=author content='https://courier.example/ann'>", "", None),
        ("", "<a class=username>Username</a>", None),
        ("", "<div class=author>Follow author</div>", None),
        ("", "<p class=byline>By ANN LEE March 11, 2015 3:46 PM</p>", "Ann Lee"),
        ("", "<div class=author><a rel=author>Ann Lee</a> <a>Follow author</a></div>", "Ann Lee"),
        ("", "<p>By Ann Lee, Transport editor</p>", "Ann Lee"),
    ],
)
def test_an_author_is_a_person_or_an_organization(head: str, before: str, author: str | None) -> None:
    assert read(head, f"<h1>{TITLE}</h1>{before}").author == author


@pytest.mark.parametrize(
    ("head", "before", "after"),
    [
        (linked_data(datePublished="2024-05-03T23:30:00-05:00", dateModified="2024-06-01"), "", ""),
        ("<meta property=article:published_time content=2024-05-03T10:00Z>", "", ""),
        ("<meta property=article:modified_time content=2025-01-01>", "<time datetime=2024-05-03>3 May</time>", ""),
        ("", "<p class=date>Friday, May 3, 2024</p>", ""),
        ("", "<p>By Ann Lee May 3, 2024 3:46 PM</p>", ""),
        ("", "<time class=updated datetime=2024-06-01>x</time> <time datetime=2024-05-03>x</time>", ""),
    ],
)
def test_the_publication_date_is_the_one_that_the_page_states(head: str, before: str, after: str) -> None:
    assert read(head, f"<h1>{TITLE}</h1>{before}", after).published == "2024-05-03"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>Families of the 41 who died when the ferry sank on March 14, 1998 met in Harwick on Saturday.</p>", ""),
        ("", "<footer>© 2012-2019 Courier</footer>"),
        ("", "<aside><time datetime=2019-05-03>3 May 2019</time></aside>"),
        (
            "<blockquote><p>Go round.</p>— Council (@council) <time datetime=2019-05-03>May 3</time></blockquote>",
            "",
        ),
        ("<time datetime=2924-05-03>3 May 2924</time>", ""),
        ("<p>Updated: May 3, 2024</p>", ""),
    ],
    ids=["prose", "footer", "aside", "post", "future", "change"],
)
def test_no_publication_date_is_guessed(before: str, after: str) -> None:
    assert read("", f"<h1>{TITLE}</h1>{before}", after).published is None


@pytest.mark.parametrize("stated", [linked_data(datePublished="2024-05-04T01:30:00Z"), ""])
def test_the_day_in_the_address_is_the_publishers_own(stated: str) -> None:
    assert read(stated, url="https://courier.example/2024/05/03/bridge").published == "2024-05-03"


def test_a_day_in_the_address_that_is_far_from_the_stated_one_does_not_count() -> None:
    stated = linked_data(datePublished="2024-05-04")
    assert read(stated, url="https://courier.example/1904/05/03/bridge").published == "2024-05-04"


def test_the_site_is_named_by_the_page_or_else_by_its_host() -> None:
    assert read("<meta property=og:site_name content=Courier>", url="https://news.example/a").site == "Courier"
    assert read(linked_data(publisher={"name": "Courier"})).site == "Courier"
    assert read(url="https://www.courier.example/a").site == "courier.example"


def test_linked_data_that_is_not_well_formed_is_ignored() -> None:
    broken = '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "headline": }</script>'
    deep = f"<script type='application/ld+json'>{'[' * 3000}</script>"
    odd = linked_data(headline=["x"], author=3, datePublished={"a": 1}, articleBody=None, liveBlogUpdate="x")
    article = read(broken + deep + odd)
    assert (article.title, article.author, article.published) == (TITLE, None, None)
