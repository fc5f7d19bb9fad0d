"""The blocks of a text: paragraphs, headings and list items, found by line breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from standfirst.language.punctuation import CLOSING_MARKS, STOPS

#: The widths, in characters, of text that was wrapped by hand or by an e-mail program. Wider ones are whole
#: paragraphs.
_WRAP_WIDTHS = range(40, 121)
#: The widths of the columns of a newspaper or a PDF. A text as narrow is wrapped where nearly every line is filled.
_COLUMN_WIDTHS = range(22, 40)
_MIN_COLUMN_LINES = 4
_MIN_FILLED = 0.8

#: A longer first word is an address, or in a script without spaces. It says nothing about wrapping.
_MAX_WORD_LENGTH = 30

_LIST_ITEM = re.compile(r"(?:[-–—*•‣▪◦·]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s")
#: The end of a sentence or clause, with the quotation marks and brackets that close after it.
CLAUSE_END = re.compile(rf"[{STOPS}:;][{CLOSING_MARKS}」』]*$")


def split_paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets ``(start, end)`` of each block of ``text``, in order, without white space at either end.

    Blank lines separate blocks. So does a single line break, unless the lines are those of a wrapped paragraph: in
    a text filled to a width, the first word of each line would not have fitted on the line before it.
    """
    lines: list[tuple[int, int]] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        start = offset + len(line) - len(line.lstrip())
        offset += len(line)
        if stripped:
            lines.append((start, start + len(stripped)))
        else:
            yield from _blocks(text, lines)
            lines = []
    yield from _blocks(text, lines)


def _blocks(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the blocks of ``lines`` between two blank lines: one for each line, or wrapped lines joined."""
    if not lines:
        return
    joins = _continues(text, lines)
    start, end = lines[0]
    for join, (next_start, next_end) in zip(joins, lines[1:], strict=True):
        if not join:
            yield start, end
            start = next_start
        end = next_end
    yield start, end


def _continues(text: str, lines: list[tuple[int, int]]) -> list[bool]:
    """Return, for each line but the first, whether it continues the paragraph of the line before it."""
    width = max(end - start for start, end in lines)
    separate = [False] * (len(lines) - 1)
    if width not in _WRAP_WIDTHS and (width not in _COLUMN_WIDTHS or len(lines) < _MIN_COLUMN_LINES):
        return separate
    filled = list(separate)
    broken_sentences = 0
    for i, ((start, end), (next_start, next_end)) in enumerate(pairwise(lines)):
        following = text[next_start:next_end]
        first_word = len(following.split(maxsplit=1)[0])
        filled[i] = (
            first_word <= _MAX_WORD_LENGTH and end - start + 1 + first_word > width and not _LIST_ITEM.match(following)
        )
        if filled[i] and not following[0].isupper() and not CLAUSE_END.search(text, start, end):
            broken_sentences += 1
    # Lines of a list or of verse may be of one length by chance. In wrapped prose at least a third of the breaks are
    # within a sentence; the other lines begin with a name or a new sentence.
    if width in _COLUMN_WIDTHS and sum(filled) < _MIN_FILLED * len(filled):
        return separate
    return filled if broken_sentences * 3 >= max(sum(filled), 1) else separate
