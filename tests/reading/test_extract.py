"""Extraction from whole pages of invented articles, and from hostile or broken pages."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from standfirst.errors import EmptySource, InvalidRequest, NoArticle, StandfirstError, TooLarge
from standfirst.reading.extract import read_html

PAGES = sorted((Path(__file__).parents[1] / "fixtures/pages").glob("*.html"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_gives_its_article_and_metadata(page: Path) -> None:
    expected = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    article = read_html(page.read_bytes())
    assert article.title == expected["title"]
    assert article.site == expected["site"]
    assert article.published == expected["published"]
    assert article.language == expected["language"]
    assert all(name in (article.author or "") for name in expected["author"].removeprefix("Dr ").split(" and "))
    sentences = " ".join(sentence.text for sentence in article.sentences)
    for line in expected["story"]:
        assert line in sentences
    for line in expected["not_story"]:
        assert line not in sentences
    for sentence in article.sentences:
        assert article.text[sentence.start : sentence.end] == sentence.text


@pytest.mark.parametrize("html", ["", "  \n", b"", b"\n"])
def test_an_empty_page_is_refused(html: str | bytes) -> None:
    with pytest.raises(EmptySource):
        read_html(html)


@pytest.mark.parametrize(
    "html",
    [
        "<html><head><title>Log in</title></head><body><form><input name=user><input name=pass></form></body></html>",
        "<html><body></body></html>",
        "<!-- nothing -->",
        "<<<>>><a<b<c",
        "\0\0\0",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10,
    ],
)
def test_a_page_without_an_article_is_refused(html: str | bytes) -> None:
    with pytest.raises(NoArticle):
        read_html(html)


_BODY = "<article>" + "".join(
    f"<p>The council of Harwick decided on Tuesday that bridge number {i} will be closed for repairs this year.</p>"
    for i in range(6)
)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000 + _BODY,
        "<html><body>" + "<script>var x = '<p>no</p>';</script>" * 5_000 + _BODY,
        f"<html><body><p title='{'x' * 1_000_000}'>{_BODY}",
        "<html><body>" + "<p>Read on.</p><a href='/x'>link</a>" * 20_000 + _BODY,
        "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;'>]><html><body>&c;" + _BODY,
        "<html><body><p onclick=alert(1)>&#0;&#xD800;&#x110000;" + _BODY,
        b"\xff\xfe" + ("<html><body>" + _BODY).encode("utf-16-le"),
        "<?xml version='1.0' encoding='ebcdic'?><html><body>" + _BODY,
    ],
    ids=["deep", "scripts", "attribute", "links", "entities", "characters", "utf-16", "encoding"],
)
def test_a_hostile_page_gives_an_article_or_a_refusal(html: str | bytes) -> None:
    try:
        article = read_html(html)
    except StandfirstError as error:
        assert str(error).endswith(".")
    else:
        assert "alert" not in article.text
        article.text.encode()
        assert all(article.text[s.start : s.end] == s.text for s in article.sentences)


def _sentences(html: str) -> list[str]:
    return [sentence.text for sentence in read_html(html).sentences]


def test_an_article_in_columns_around_an_advertisement_is_read_whole() -> None:
    column = '<div class="row"><div class="col body">{}</div><div class="side">Advertisement</div></div>'
    paragraph = (
        "<p>In week {} the council heard from {} people who live beside the river, and from two who fish in it.</p>"
    )
    paragraphs = [paragraph.format(i, 10 + i) for i in range(9)]
    columns = "".join(column.format("".join(paragraphs[i : i + 3])) for i in (0, 3, 6))
    sentences = _sentences(f"<html><body><article><h1>The river</h1>{columns}</article></body></html>")
    assert sentences == [line.removeprefix("<p>").removesuffix("</p>") for line in paragraphs]


def test_the_next_article_on_the_page_is_not_joined_to_the_first() -> None:
    body = '<article><h1>{0}</h1><div class="body">{1}</div></article>'
    paragraphs = "".join(
        f"<p>The board of the {{0}} met in week {i} and decided to wait, its chair Ana Ruiz said.</p>" for i in range(9)
    )
    pages = "".join(body.format(f"The {name} waits", paragraphs.format(name)) for name in ("harbour", "airport"))
    assert not any("airport" in line for line in _sentences(f"<html><body>{pages}</body></html>"))


@pytest.mark.parametrize(
    "body",
    [
        "<ul>" + "".join(f"<li><a href=/{i}>A story about the river, part {i}</a></li>" for i in range(60)) + "</ul>",
        "<h1>Log in</h1><form><label>Name</label><input><label>Password</label><input type=password></form>",
        "<h1>404</h1><p>The page that you are looking for does not exist. It may have moved.</p><a href=/>Home</a>",
        "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>",
        "<p>word</p>" * 50,
    ],
    ids=["links", "form", "not found", "script only", "words"],
)
def test_a_page_without_paragraphs_of_prose_has_no_article(body: str) -> None:
    with pytest.raises(NoArticle, match="no article in the page"):
        read_html(f"<html><head><title>Harwick</title></head><body>{body}</body></html>")


def test_one_paragraph_is_an_article() -> None:
    line = (
        "The mayor of Harwick resigned on Tuesday after eleven years in office, her spokesman said, and the council "
        "will choose somebody to follow her on the last Monday of the month."
    )
    assert _sentences(f"<html><body><article><h1>Mayor resigns</h1><p>{line}</p></article></body></html>")[-1] == line


def test_the_marks_of_trafilatura_are_removed_from_list_items() -> None:
    items = "<ul><li>Two trams will run every hour.</li><li>The last one leaves at 11.30 p.m.</li></ul>"
    assert {"Two trams will run every hour.", "The last one leaves at 11.30 p.m."} <= set(
        _sentences(f"<html><body>{_BODY}{items}</article></body></html>")
    )


def test_a_table_of_figures_stays_in_the_text_but_is_no_sentence() -> None:
    rows = "".join(f"<tr><td>Ward {i}</td><td>{i}12 votes</td></tr>" for i in range(3))
    article = read_html(f"<html><body>{_BODY}<table><tr><th>Ward</th><th>Votes</th></tr>{rows}</table></article>")
    assert "112 votes" in article.text
    assert "---" not in article.text
    assert not any("votes" in sentence.text for sentence in article.sentences)


def test_an_article_in_a_layout_table_is_read() -> None:
    paragraphs = _BODY.removeprefix("<article>")
    sentences = _sentences(f"<html><body><table><tr><td>Menu</td><td>{paragraphs}</td></tr></table></body></html>")
    assert sum(line.startswith("The council of Harwick decided") for line in sentences) == 6
    assert not any("|" in line for line in sentences)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + _BODY,
        "<br>" * 500_000 + _BODY,
        "<div " + " ".join(f"a{i}" for i in range(100_000)) + ">" + _BODY,
        "<html><body><article>" + "<p>The council met again, and voted.</p>" * 20_000,
    ],
    ids=["deep", "elements", "attributes", "long"],
)
def test_a_page_that_would_take_minutes_is_refused_in_seconds(html: str) -> None:
    started = time.process_time()
    with pytest.raises(TooLarge):
        read_html(html)
    assert time.process_time() - started < 20


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        read_html(f"<html><body>{_BODY}\ud83d<p>And this is how it ends, the council said.</p></body></html>")


def test_nothing_of_a_page_is_printed_or_logged(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for html in ("<html><body></body></html>", "<<<>>><a<b<c", "\0\0\0"):
        with pytest.raises(NoArticle):
            read_html(html, url="https://secret.example/page")
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_a_title_from_the_caller_takes_precedence() -> None:
    assert read_html(PAGES[0].read_bytes(), title="My own").title == "My own"
