"""Decoding of pages, and limits on their markup."""

from __future__ import annotations

import time

import pytest

from standfirst.errors import InvalidRequest, TooLarge
from standfirst.reading.markup import check_markup, decode_page

_GERMAN = "Größe und Übermut führten im März zu großen Schäden an der Brücke über den Fluss. "
_RUSSIAN = "Городской совет в понедельник решил закрыть старый мост через реку из-за ржавчины. "
_JAPANESE = "市議会は月曜日に、川にかかる古い橋を閉鎖することを決めた。"


def _page(words: str, declared: str = "") -> str:
    return f"<html><head>{declared}</head><body><p>{words}</p></body></html>"


@pytest.mark.parametrize(
    ("words", "encoding", "declared"),
    [
        (_GERMAN, "utf-8", '<meta charset="utf-8">'),
        (_GERMAN, "utf-8", ""),
        (_GERMAN, "utf-8", '<meta charset="iso-8859-1">'),  # wrong, and common
        (_GERMAN, "latin-1", '<meta charset="iso-8859-1">'),
        (_GERMAN, "latin-1", '<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">'),
        ("“So” — " + _GERMAN, "cp1252", "<meta charset=latin1>"),  # what a page means by latin1
        (_RUSSIAN, "cp1251", '<meta charset="windows-1251">'),
        (_RUSSIAN, "koi8-r", "<meta charset='koi8-r'>"),
        (_RUSSIAN * 5, "cp1251", ""),
        (_JAPANESE, "shift_jis", '<meta charset="Shift_JIS">'),
        (_JAPANESE, "euc_jp", '<meta charset="euc-jp">'),
        (_JAPANESE, "iso2022_jp", '<meta charset="iso-2022-jp">'),
        ("中文 " * 9, "gb18030", '<meta charset="gb2312">'),
        (_GERMAN, "utf-16", ""),
        (_GERMAN, "utf-8-sig", '<meta charset="iso-8859-1">'),
    ],
)
def test_a_page_is_decoded_by_byte_order_mark_declaration_or_detection(
    words: str, encoding: str, declared: str
) -> None:
    page = _page(words, declared)
    assert decode_page(page.encode(encoding)) == page


def test_the_servers_declaration_precedes_the_pages() -> None:
    page = _page(_RUSSIAN, '<meta charset="koi8-r">')
    assert decode_page(page.encode("cp1251"), "windows-1251") == page


@pytest.mark.parametrize(
    "charset",
    [
        "none",
        "utf8mb4",
        "",
        "zip",
        "../../etc",
        "x" * 1000,
        "rot13",
        "idna",
        "undefined",
        "unicode_escape",
        "utf-16",
        "\0",
    ],
)
def test_an_unknown_charset_is_ignored(charset: str) -> None:
    assert decode_page(_page(_GERMAN).encode(), charset) == _page(_GERMAN)


def test_undecodable_bytes_are_replaced() -> None:
    assert "Brücke" in decode_page(b"\xef\xbb\xbf\xff\xfe" + _GERMAN.encode())


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 300 + "deep",
        "<b>" * 100_000,
        "<p>" * 1_000_000,
        "<div " + " ".join(f"a{i}='>'" for i in range(400_000)) + ">",
        "<script>'<a b=\"'</script><div " + " ".join(f"a{i}" for i in range(400_000)) + ">",
    ],
    ids=["deep", "deeper", "many", "attributes", "attributes behind a quote"],
)
def test_a_page_that_would_take_minutes_is_refused_at_once(page: str) -> None:
    started = time.process_time()
    with pytest.raises(TooLarge, match=r"Send the article's text\."):
        check_markup(page)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "page",
    [
        "",
        "\0\0",
        "no markup at all",
        "<<<>>><a<b<c",
        "<?xml version='1.0' encoding='ebcdic'?><html/>",
        "<div>" * 200 + "deep",
        f"<img src='data:{'A' * 2_000_000}'>",
        "<p>word</p>" * 90_000,
    ],
)
def test_an_ordinary_page_passes(page: str) -> None:
    check_markup(page)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="half of a character"):
        check_markup("<p>The board met. \ud83d It voted.</p>")
