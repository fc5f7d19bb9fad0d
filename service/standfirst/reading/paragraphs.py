"""Paragraphs: where a text's blocks begin and end.

A block is a paragraph, a heading, a list item. Knows about lines and nothing about sentences or meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

#: Text wrapped by hand or by an e-mail program has lines of about this many characters: narrower ones are
#: verse, lists and bylines, wider ones are whole paragraphs.
_WRAP_WIDTHS = range(40, 121)

#: A first word longer than this is an address or a script without spaces, and tells nothing of wrapping.
_LONGEST_WORD = 30

_LIST_ITEM = re.compile(r"(?:[-–—*•‣▪◦·]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s")
_SENTENCE_END = re.compile(r"[.!?…:;。！？؟۔।]['\"’”»)\]]*$")


def split_paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Each block of ``text`` as ``(start, end)``, in order, without white space at either end.

    Blank lines separate blocks. So does a single line break, unless the lines are those of a wrapped paragraph:
    as in any text filled to a width, the first word of each line would not have fitted on the line before it.
    """
    chunk: list[tuple[int, int]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        start = at + len(line) - len(line.lstrip())
        at += len(line)
        if bare:
            chunk.append((start, start + len(bare)))
        else:
            yield from _blocks(text, chunk)
            chunk = []
    yield from _blocks(text, chunk)


def _blocks(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The blocks of ``lines``, which no blank line separates: one for each line, or wrapped lines joined."""
    if not lines:
        return
    joins = _wrapped(text, lines)
    start, end = lines[0]
    for join, (next_start, next_end) in zip(joins, lines[1:], strict=True):
        if not join:
            yield start, end
            start = next_start
        end = next_end
    yield start, end


def _wrapped(text: str, lines: list[tuple[int, int]]) -> list[bool]:
    """For each line but the first, whether it goes on with the paragraph of the line before it."""
    width = max(end - start for start, end in lines)
    apart = [False] * (len(lines) - 1)
    if width not in _WRAP_WIDTHS:
        return apart
    filled = list(apart)
    broken_sentences = 0
    for i, ((start, end), (next_start, next_end)) in enumerate(pairwise(lines)):
        following = text[next_start:next_end]
        first_word = len(following.split(maxsplit=1)[0])
        filled[i] = (
            first_word <= _LONGEST_WORD and end - start + 1 + first_word > width and not _LIST_ITEM.match(following)
        )
        if filled[i] and not following[0].isupper() and not _SENTENCE_END.search(text, start, end):
            broken_sentences += 1
    # Lines of a list or of verse may happen to be of one length; a sentence that runs over the break tells. At
    # least a third do in wrapped prose, whose other lines begin with a name or a new sentence.
    return filled if broken_sentences * 3 >= max(sum(filled), 1) else apart
