"""Decoding of pages, and limits on their markup that keep parsing and extraction fast."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, lookup
from contextlib import suppress

from lxml import etree

from standfirst.errors import InvalidRequest, TooLarge

#: The work grows with the number of elements, and with the square of an element's number of attributes (libxml2 2.14:
#: minutes for 100,000). A long live blog has about 20,000 elements, and no real element has a hundred attributes.
_MAX_ELEMENTS = 100_000
_MAX_ATTRIBUTES = 1_000
#: At a greater depth libxml2 stops and leaves an empty tree.
_MAX_DEPTH = 256

_BOMS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(
    rb"""<meta\s[^>]*?charset\s*=\s*["']?\s*([\w:.-]{2,40})|<\?xml[^>]*?encoding=["']([\w-]{2,40})""", re.I
)
#: Browsers look for a declared encoding in so many first bytes.
_DECLARED_WITHIN = 1024
#: Encodings that pages declare, and those that they actually use (WHATWG Encoding Standard).
_ACTUAL_ENCODINGS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
#: The codecs that pages use. Python has others ("idna", "unicode_escape", "undefined"); UTF-16 needs a byte order mark.
_PAGE_CODECS = re.compile(r"utf-8|ascii|cp\d|iso8859|iso2022|koi8|euc_|gb|big5|shift_jis|hz|mac-|tis-620")
#: UTF-8 with stray bytes has so many valid characters of several bytes for each of them.
_MIN_VALID_TO_STRAY = 4
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode_page(page: bytes, charset: str | None = None) -> str:
    """Decode ``page``. ``charset`` is the encoding that the server declares.

    The encoding is that of a byte order mark, else UTF-8 if the bytes are valid UTF-8 or nearly so, else the one that
    the server or the page declares, else the likeliest by charset-normalizer. Undecodable bytes become U+FFFD.
    """
    for mark, encoding in _BOMS:
        if page.startswith(mark):
            return page[len(mark) :].decode(encoding, errors="replace")
    declared = [codec for name in (charset, _declared(page)) if name and (codec := _page_codec(name))]
    # Seven-bit encodings (ISO-2022-JP) look like ASCII, so a declared one takes precedence.
    candidates = [*declared, "utf-8"] if page.isascii() else ["utf-8", *declared]
    for candidate in candidates:
        if candidate != "utf-8" and _is_nearly_utf8(page, _MIN_VALID_TO_STRAY):
            break
        try:
            return page.decode(candidate)
        except UnicodeDecodeError:
            continue
    if _is_nearly_utf8(page, 1 if "utf-8" in declared else _MIN_VALID_TO_STRAY):
        return page.decode("utf-8", errors="replace")
    # Imported here, because it takes half a second and few pages need it.
    from charset_normalizer import from_bytes

    best = from_bytes(page[:20_000]).best()
    return page.decode(best.encoding if best else "cp1252", errors="replace")


def _is_nearly_utf8(page: bytes, least: int) -> bool:
    """Whether ``page`` has at least ``least`` valid characters of several bytes for each byte that is not UTF-8."""
    if page.isascii():
        return False
    text = page.decode("utf-8", errors="replace")
    stray = text.count("\ufffd") - page.count(b"\xef\xbf\xbd")
    valid = sum(1 for character in text if character > "\x7f") - text.count("\ufffd")
    return valid >= least * stray


def check_markup(html: str) -> None:
    """Refuse a page that no extractor processes within a few seconds, or that libxml2 would truncate.

    Takes a tenth of a second for each megabyte. Raises ``TooLarge`` for too many, too deeply nested or too large
    elements, and ``InvalidRequest`` for a lone surrogate, at which libxml2 stops.
    """
    if _SURROGATE.search(html):
        raise InvalidRequest("The page holds half of a character (a lone surrogate), at which reading it would stop.")
    # As bytes, because lxml refuses a string with an XML declaration that names an encoding.
    with suppress(etree.ParseError):  # an empty page, which the caller reports
        etree.fromstring(html.encode(), etree.HTMLParser(target=_Bounds(), encoding="utf-8"))


class _Bounds:
    """A parser target for lxml that counts elements and builds no tree."""

    def __init__(self) -> None:
        self._elements = 0
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > _MAX_ELEMENTS or len(attributes) > _MAX_ATTRIBUTES or self._depth > _MAX_DEPTH:
            raise TooLarge(
                "The page has too many elements, or too deeply nested ones, for its article to be found. "
                "Send the article's text."
            )

    def end(self, tag: str) -> None:
        self._depth -= 1

    def close(self) -> None:
        return None


def _declared(page: bytes) -> str | None:
    found = _DECLARED.search(page, 0, _DECLARED_WITHIN)
    return (found[1] or found[2]).decode("ascii") if found else None


def _page_codec(name: str) -> str | None:
    """Return Python's name of the encoding that ``name`` declares, or None for an unknown one such as "none"."""
    try:
        codec = lookup(name.strip().lower()).name
    except (LookupError, ValueError):
        return None
    return _ACTUAL_ENCODINGS.get(codec, codec) if _PAGE_CODECS.match(codec) else None
