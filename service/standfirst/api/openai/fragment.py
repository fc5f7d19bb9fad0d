"""A fragment of HTML, as feeds carry an article's body: its text, all of it, a line for each block.

Of a page the article has to be found first (``extract``); of a fragment everything is the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from standfirst.reading.markup import check_markup

_PAGE = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_BLOCK = (
    "address article aside blockquote br caption dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section summary table tbody td th thead tr ul"
).split()
_MARKUP = re.compile(rf"<(?:{'|'.join(_BLOCK)})\b[^<>]*>", re.IGNORECASE)
#: What holds no text that is shown.
_HIDDEN = frozenset({"script", "style", "template", "noscript", "svg", "iframe", "object"})
_BLOCKS = frozenset(_BLOCK)


def is_page(text: str) -> bool:
    """Whether ``text`` is a whole page of HTML."""
    return _PAGE.match(text.lstrip()[:20]) is not None or "<body" in text[:100_000].lower()


def is_fragment(text: str) -> bool:
    """Whether ``text`` is marked up in blocks of HTML."""
    return _MARKUP.search(text) is not None


def fragment_text(html: str) -> str:
    """The text of a fragment: a line for each of its blocks, white space as a browser shows it.

    Raises what ``check_markup`` raises.
    """
    check_markup(html)
    tree = etree.fromstring(f"<div>{html}</div>".encode(), etree.HTMLParser(encoding="utf-8", remove_comments=True))
    lines = "".join(_pieces(tree)).split("\n") if tree is not None else []
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _pieces(tree: etree._Element) -> Iterator[str]:
    """The text within ``tree`` in order, with a line break at either side of a block."""
    hidden = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag in _HIDDEN:
            hidden += 1 if event == "start" else -1
        if element.tag in _BLOCKS:
            yield "\n"
        said = element.text if event == "start" else element.tail
        if not hidden:
            yield re.sub(r"\s+", " ", said or "")
