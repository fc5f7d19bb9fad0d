"""Markup: a page's bytes become text, and its text a tree that can be worked on in bounded time.

Knows encodings, and what makes a parser or an extractor slow or stop half-way. Knows nothing of articles.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, lookup
from contextlib import suppress

from lxml import etree

from standfirst.errors import InvalidRequest, TooLarge

#: Work grows with the elements of a page, and with the square of an element's attributes (libxml2 2.14: minutes
#: for 100,000 of them). A long live blog has about 20,000 elements, and nothing has a hundred attributes.
_MOST_ELEMENTS = 100_000
_MOST_ATTRIBUTES = 1_000
#: Where libxml2 gives up, leaving an empty tree.
_DEEPEST = 256

_BOMS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(
    rb"""<meta\s[^>]*?charset\s*=\s*["']?\s*([\w:.-]{2,40})|<\?xml[^>]*?encoding=["']([\w-]{2,40})""", re.I
)
#: How far into a page its encoding may be declared: browsers look as far.
_DECLARED_WITHIN = 1024
#: What pages mean by an encoding's name where it is not what the name says (WHATWG Encoding Standard).
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
#: Python has others under the same roof: "idna", "unicode_escape", "undefined". UTF-16 has a mark, or is none.
_OF_PAGES = re.compile(r"utf-8|ascii|cp\d|iso8859|iso2022|koi8|euc_|gb|big5|shift_jis|hz|mac-|tis-620")
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode_page(page: bytes, charset: str | None = None) -> str:
    """The text of ``page``, whose server says that its encoding is ``charset``.

    A byte order mark decides, then whether it is valid UTF-8 (bytes that are not hardly ever are), then what the
    server or the page declares, then what the bytes look like. What no encoding reads becomes U+FFFD.
    """
    for mark, encoding in _BOMS:
        if page.startswith(mark):
            return page[len(mark) :].decode(encoding, errors="replace")
    declared = [codec for name in (charset, _declared(page)) if name and (codec := _known(name))]
    # Seven-bit encodings (ISO-2022-JP) look like ASCII: where one is declared, it is meant.
    candidates = [*declared, "utf-8"] if page.isascii() else ["utf-8", *declared]
    for candidate in candidates:
        try:
            return page.decode(candidate)
        except UnicodeDecodeError:
            continue
    # Comes with trafilatura; half a second of work, which hardly any page needs.
    from charset_normalizer import from_bytes

    best = from_bytes(page[:20_000]).best()
    return page.decode(best.encoding if best else "cp1252", errors="replace")


def check_markup(html: str) -> None:
    """Refuse a page that no extractor could work through in a few seconds, or that a parser would cut short.

    Takes a tenth of a second for each megabyte. Raises ``TooLarge`` for more elements than any article has, or
    deeper ones, and ``InvalidRequest`` for half a character, at which libxml2 stops.
    """
    if _SURROGATE.search(html):
        raise InvalidRequest("The page holds half of a character (a lone surrogate), at which reading it would stop.")
    # As bytes: of a text with an XML declaration, lxml refuses the encoding.
    with suppress(etree.ParseError):  # nothing in it, which is for others to say
        etree.fromstring(html.encode(), etree.HTMLParser(target=_Bounds(), encoding="utf-8"))


class _Bounds:
    """What lxml tells of each element of a page while it parses; holds no tree."""

    def __init__(self) -> None:
        self._elements = 0
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > _MOST_ELEMENTS or len(attributes) > _MOST_ATTRIBUTES or self._depth > _DEEPEST:
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


def _known(name: str) -> str | None:
    """What Python calls the encoding that a page means by ``name``, or None; servers also send "none"."""
    try:
        codec = lookup(name.strip().lower()).name
    except (LookupError, ValueError):
        return None
    return _MEANT.get(codec, codec) if _OF_PAGES.match(codec) else None
