"""Pages: ten whole ones of invented stories, and what hostile or broken ones do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from standfirst.errors import EmptySource, NoArticle, StandfirstError
from standfirst.reading.extract import read_html

PAGES = sorted((Path(__file__).parents[1] / "fixtures/pages").glob("*.html"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_read_as_what_it_is(page: Path) -> None:
    expected = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    article = read_html(page.read_bytes())
    assert article.title == expected["title"]
    assert article.site == expected["site"]
    assert article.published == expected["published"]
    assert article.language == expected["language"]
    assert all(name in (article.author or "") for name in expected["author"].removeprefix("Dr ").split(" and "))
    story = " ".join(sentence.text for sentence in article.sentences)
    for line in expected["story"]:
        assert line in story
    for line in expected["not_story"]:
        assert line not in story
    for sentence in article.sentences:
        assert article.text[sentence.start : sentence.end] == sentence.text


@pytest.mark.parametrize("html", ["", "  \n", b"", b"\n"])
def test_an_empty_page_is_told_so(html: str | bytes) -> None:
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
def test_a_page_without_an_article_is_told_so(html: str | bytes) -> None:
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
def test_a_hostile_page_is_an_article_or_a_clear_refusal(html: str | bytes) -> None:
    try:
        article = read_html(html)
    except StandfirstError as error:
        assert str(error).endswith(".")
    else:
        assert "alert" not in article.text
        article.text.encode()
        assert all(article.text[s.start : s.end] == s.text for s in article.sentences)


def test_a_title_from_the_caller_wins() -> None:
    assert read_html(PAGES[0].read_bytes(), title="My own").title == "My own"
