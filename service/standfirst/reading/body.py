"""The body of a page: the blocks that belong to its article.

trafilatura finds where the article is. The blocks themselves come from the page, so that no inline element is missing
from a sentence and no two blocks are run together, and a lead between the headline and the body is not lost.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from standfirst.domain.words import count_words
from standfirst.language.punctuation import CLOSING_MARKS
from standfirst.reading.boilerplate import CLOCK_TIME
from standfirst.reading.page_blocks import PageBlock, normal_words, word_runs
from standfirst.reading.paragraph_classifier import paragraph_classifier

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: The length, in words, of the runs by which a block is recognized in trafilatura's text, and their least share.
_RUN = 4
_MIN_SHARE = 0.45
#: A block of fewer words may occur by chance.
_LONG = 12
#: A lead has so many words.
_LEAD_WORDS = range(8, 101)
_MAX_LEAD_LINK_SHARE = 0.5
#: How likely a lead may be the publisher's, or a caption.
_MAX_LEAD_PUBLISHER = 0.5
#: A lead ends as a sentence does, and does not break off.
_LEAD_END = re.compile(rf"(?<!\.\.)[.!?。！？؟۔।][{CLOSING_MARKS}]*$")
#: The smallest column of an article: its number of paragraphs, and of characters in them.
_MIN_COLUMN_PARAGRAPHS = 2
_MIN_COLUMN_LENGTH = 200

_NOT_LEAD = frozenset("nav aside footer form figure ul ol li button label table".split())


def article_blocks(root: HtmlElement, blocks: Sequence[PageBlock], title: str | None) -> list[PageBlock]:
    """Return the blocks of the article among ``blocks``, which are all blocks of ``root``. Changes ``root``."""
    lines = _extract(root)
    chosen = _recognize(blocks, lines)
    if not chosen:
        return []
    chosen |= set(_lead(blocks, min(chosen), title))
    chosen |= set(_times(blocks, chosen))
    return [blocks[index] for index in sorted(chosen)]


def _extract(root: HtmlElement) -> list[str]:
    """Return the lines of trafilatura's text: of its fast path, and else with its fallbacks, which add boilerplate."""
    # Imported here, because it takes half a second and a service that gets only text does not need it.
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    # Its warnings about pages without a body contain their addresses, which must not be logged.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    _join_columns(root)
    for fast in (True, False):
        document = bare_extraction(root, fast=fast, favor_recall=True, include_comments=False)
        if isinstance(document, Document) and (document.text or "").strip():
            return (document.text or "").splitlines()
    return []


def _recognize(blocks: Sequence[PageBlock], lines: Sequence[str]) -> set[int]:
    """Return the indices of the ``blocks`` whose words are in ``lines``.

    A teaser, a menu or a copy for another layout may repeat a line elsewhere on the page. Each run of words of the
    lines therefore counts once, for the block that has the most of a line and is nearest to the middle of the body.
    """
    words = [normal_words(block.text) for block in blocks]
    known = [normal_words(line) for line in lines]
    whole = {tuple(line) for line in known}
    joined = f" {' / '.join(' '.join(line) for line in known)} "
    available = Counter(run for line in known if len(line) >= _RUN for run in word_runs(line, _RUN))

    def share(each: list[str]) -> float:
        if len(each) < _RUN:
            return float(bool(each) and f" {' '.join(each)} " in joined)
        runs = word_runs(each, _RUN)
        return sum(available[run] > 0 for run in runs) / len(runs)

    shares = [share(each) for each in words]
    found = [index for index, part in enumerate(shares) if part >= _MIN_SHARE]
    long = [index for index in found if len(words[index]) >= _LONG] or found
    middle = long[len(long) // 2] if long else 0
    kept: set[int] = set()
    shorter: set[tuple[str, ...]] = set()
    for index in sorted(found, key=lambda each: (-shares[each], abs(each - middle))):
        key = tuple(words[index])
        is_within = long[0] <= index <= long[-1] or key in whole
        if not is_within or share(words[index]) < _MIN_SHARE:
            continue
        if len(key) < _RUN and key in shorter and not long[0] <= index <= long[-1]:
            continue
        shorter.add(key)
        available.subtract(word_runs(words[index], _RUN))
        kept.add(index)
    return kept


def _lead(blocks: Sequence[PageBlock], first: int, title: str | None) -> Iterator[int]:
    """Yield the indices of the sentences between the headline and the ``first`` block of the body."""
    if title is None:
        return
    wanted = normal_words(title)
    headline = max((i for i in range(first) if normal_words(blocks[i].text) == wanted), default=None)
    if headline is None:
        return
    for index in range(headline + 1, first):
        block = blocks[index]
        is_sentence = _LEAD_END.search(block.text) is not None and count_words(block.text) in _LEAD_WORDS
        if not is_sentence or block.link_share >= _MAX_LEAD_LINK_SHARE or block.is_in(_NOT_LEAD):
            continue
        publisher, caption = paragraph_classifier().probabilities(block.text)
        if max(publisher, caption) < _MAX_LEAD_PUBLISHER:
            yield index


def _times(blocks: Sequence[PageBlock], chosen: set[int]) -> Iterator[int]:
    """Yield the indices of the times between the posts of a live blog."""
    first, last = min(chosen), max(chosen)
    for index in range(max(0, first - 2), last):
        if index not in chosen and CLOCK_TIME.fullmatch(blocks[index].text):
            yield index


def _join_columns(root: HtmlElement) -> None:
    """Move the columns of an article into the first of them, in place.

    Advertisements may divide an article into several columns. trafilatura takes one element for the main text, so
    that the other columns would be missing without notice. Columns are elements of one class, with paragraphs of
    their own, in one ``article`` element with one headline.
    """
    columns: dict[tuple[HtmlElement, str], list[HtmlElement]] = {}
    for element in root.iter("div", "section"):
        paragraphs = element.findall("p")
        article = next(element.iterancestors("article"), None)
        if article is None or not element.get("class") or len(paragraphs) < _MIN_COLUMN_PARAGRAPHS:
            continue
        if sum(len("".join(paragraph.itertext())) for paragraph in paragraphs) >= _MIN_COLUMN_LENGTH:
            columns.setdefault((article, element.get("class")), []).append(element)
    for (article, _), (first, *others) in columns.items():
        if others and len(article.findall(".//h1")) <= 1:
            for other in others:
                if first not in other.iterancestors():
                    first.extend(list(other))
