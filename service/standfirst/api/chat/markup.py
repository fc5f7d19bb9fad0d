"""The markup of an article in a message: a page of HTML, a fragment of HTML, or Markdown.

On a page the article must be found first, which ``reading.extract`` does; a fragment, such as feeds contain, is all
article.
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
_BLOCKS = frozenset(_BLOCK)
_BLOCK_TAG = re.compile(rf"<(?:{'|'.join(_BLOCK)})\b[^<>]*>", re.IGNORECASE)
#: Elements without visible text.
_HIDDEN = frozenset({"script", "style", "template", "noscript", "svg", "iframe", "object"})

# No pattern may match across the start of another match: text that only consists of starts must not take quadratic
# time.
_TARGET = r"\([^()\s]*(?: \"[^\"()\n]*\")?\)"
_IMAGE = re.compile(rf"!\[[^\[\]\n]*\]{_TARGET}")
_LINK = re.compile(rf"\[([^\[\]\n]+)\]{_TARGET}")
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+|^[ \t]{0,3}>[ \t]?", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<!\w)(\*\*|__|\*|_|`)(?=\S)([^\n*_`]+?)(?<=\S)\1(?!\w)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!>~|-])")


def is_page(text: str) -> bool:
    """Return whether ``text`` is a whole page of HTML."""
    return _PAGE.match(text.lstrip()[:20]) is not None or "<body" in text[:100_000].lower()


def is_fragment(text: str) -> bool:
    """Return whether ``text`` contains block elements of HTML."""
    return _BLOCK_TAG.search(text) is not None


def fragment_text(html: str) -> str:
    """Return the visible text of a fragment, a line for each block.

    Raises what ``check_markup`` raises.
    """
    check_markup(html)
    tree = etree.fromstring(f"<div>{html}</div>".encode(), etree.HTMLParser(encoding="utf-8", remove_comments=True))
    lines = "".join(_text_pieces(tree)).split("\n") if tree is not None else []
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def strip_markdown(text: str) -> str:
    """Return ``text`` without the markup of headings, quotations, emphasis, code and links, and without images."""
    bare = _LINK.sub(r"\1", _IMAGE.sub("", _HEADING.sub("", text)))
    # Twice, for emphasis within emphasis.
    return _ESCAPED.sub(r"\1", _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", bare)))


def _text_pieces(tree: etree._Element) -> Iterator[str]:
    """Yield the text of ``tree`` in order, with a line break on either side of a block."""
    hidden = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag in _HIDDEN:
            hidden += 1 if event == "start" else -1
        if element.tag in _BLOCKS:
            yield "\n"
        text = element.text if event == "start" else element.tail
        if not hidden:
            yield re.sub(r"\s+", " ", text or "")
