"""The blocks of a page: the text between two block boundaries, in the page's order, with what surrounds it.

Inline elements are part of their sentence, whatever they are: a ``time`` or a ``span`` in a paragraph is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCK_TAGS = frozenset(
    """address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr
    ul""".split()
)
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
#: A cell of so many words is text in a table that serves as layout, not a figure.
_MIN_TEXT_CELL_WORDS = 12


@dataclass(frozen=True, slots=True)
class PageBlock:
    """A block of visible text.

    ``element`` is the innermost block element around it, and ``link_share`` the share of its characters, 0 to 1, that
    are in links. A row of a table of figures is one block: "| Ward 1 | 312 votes |".
    """

    text: str
    element: HtmlElement
    link_share: float

    @property
    def is_heading(self) -> bool:
        """Whether the block is in a heading."""
        return self.element.tag in HEADINGS

    def is_in(self, tags: frozenset[str]) -> bool:
        """Whether the block is inside of an element with one of ``tags``."""
        return self.element.tag in tags or any(ancestor.tag in tags for ancestor in self.element.iterancestors())


class _Collector:
    """Collects the pieces of one block until its end."""

    def __init__(self) -> None:
        self.blocks: list[PageBlock] = []
        self._pieces: list[str] = []
        self._linked = 0

    def add(self, text: str | None, *, is_link: bool) -> None:
        if text and (self._pieces or not text.isspace()):
            self._pieces.append(text)
            self._linked += len("".join(text.split())) if is_link else 0

    def end_block(self, element: HtmlElement) -> None:
        if not self._pieces:
            return
        text = " ".join("".join(self._pieces).split())
        if text:
            self.blocks.append(PageBlock(text, element, min(1.0, self._linked / len(text.replace(" ", "")))))
        self._pieces, self._linked = [], 0


def page_blocks(root: HtmlElement) -> list[PageBlock]:
    """Return the blocks of the text in the body of the page ``root``, in order."""
    body = root.find("body")
    root = root if body is None else body
    collector = _Collector()
    _collect(root, collector, is_link=False, in_heading=False, container=root)
    collector.end_block(root)
    return collector.blocks


def _collect(
    element: HtmlElement, collector: _Collector, *, is_link: bool, in_heading: bool, container: HtmlElement
) -> None:
    if not isinstance(element.tag, str):  # a processing instruction
        return
    if element.tag == "br":
        if in_heading:
            collector.add(" ", is_link=False)
        else:
            collector.end_block(container)
        return
    is_block = element.tag in _BLOCK_TAGS
    if is_block:
        collector.end_block(container)
        container = element
        in_heading = element.tag in HEADINGS
    is_link = is_link or element.tag == "a"
    if row := _figures(element):
        collector.add(row, is_link=False)
    else:
        collector.add(element.text, is_link=is_link)
        for child in element:
            _collect(child, collector, is_link=is_link, in_heading=in_heading, container=container)
            collector.add(child.tail, is_link=is_link)
    if is_block:
        collector.end_block(element)


def _figures(element: HtmlElement) -> str | None:
    """Return the text of a row of figures or labels, else None."""
    if element.tag != "tr":
        return None
    cells = [" ".join(cell.text_content().split()) for cell in element.iterchildren("td", "th")]
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 or any(len(cell.split()) >= _MIN_TEXT_CELL_WORDS for cell in filled):
        return None
    if any(True for _ in element.iter("p", "h1", "h2", "h3", "table")):
        return None
    return f"| {' | '.join(cells)} |"


def spaced_text(element: HtmlElement) -> str:
    """Return the text of a short element on one line, with a space between the texts of its elements."""
    return " ".join(" ".join(element.itertext()).split())


_WORD = re.compile(r"\w+")


def normal_words(text: str) -> list[str]:
    """Return the words of ``text``, case-folded, by which two texts of a page are compared."""
    return _WORD.findall(text.casefold())


def word_runs(words: list[str], length: int) -> list[tuple[str, ...]]:
    """Return the runs of ``length`` neighbouring ``words``, or all of them as one if they are fewer."""
    return list(zip(*(words[start:] for start in range(length)), strict=False)) or [tuple(words)]
