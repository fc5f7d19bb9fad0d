"""The quotation marks of English text: which of them are pairs.

Marks get lost, and a quotation that goes on opens anew and closes once. Who waits for the lost mark takes half of an
article for one quotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_MARK = re.compile(r"[\"“”`‘’']")
_SINGLE = frozenset("`‘’'")
_OPENING, _CLOSING = frozenset("“‘`"), frozenset("”")
_STOP_INSIDE = re.compile(r"[.?!…]\s+\S")
_AT_STOP = re.compile(r"[.,?!…—–-]\s*$")
_SENTENCE_BEFORE = re.compile(r"[.?!…]\s*$")


@dataclass(frozen=True, slots=True)
class QuotationMarks:
    """The offsets of the marks of a text.

    ``pairs`` neither overlap nor stand in one another. ``resumed`` are the marks of quotations that open anew at a
    sentence's beginning, each with the next one. ``opening`` are all marks that open something, and ``every`` are all
    but apostrophes within words.
    """

    pairs: tuple[tuple[int, int], ...]
    resumed: tuple[tuple[int, int], ...]
    opening: frozenset[int]
    every: tuple[int, ...]

    def made_plain(self, text: str) -> str:
        """Return ``text`` with “ and ” for the marks that are pairs and spaces for the others."""
        characters = list(text)
        for offset in self.every:
            characters[offset] = " "
        for left, right in self.pairs:
            characters[left], characters[right] = "“", "”"
        return "".join(characters)


def quotation_marks(text: str, longest: int) -> QuotationMarks:
    """Return the marks of ``text``. Between those of a pair are at most ``longest`` characters.

    Where a quotation opens again before it has closed, the earlier mark has no partner. A single mark that closes more
    than one sentence stands at a stop or a comma: others are apostrophes ("the users' theories").
    """
    unclosed: dict[bool, int] = {}
    pairs: list[tuple[int, int]] = []
    resumed: list[tuple[int, int]] = []
    opening: set[int] = set()
    every: list[int] = []
    for match in _MARK.finditer(text):
        at, mark = match.start(), match.group()
        is_single = mark in _SINGLE
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if is_single and before.isalnum() and after.isalnum():
            continue  # an apostrophe within a word
        every.append(at)
        left = unclosed.get(is_single)
        if left is not None and at - left > longest:
            left = None
        if _opens(mark, before, after, is_open=left is not None):
            if left is not None and _SENTENCE_BEFORE.search(text[max(0, at - 2) : at]):
                resumed.append((left, at))
            opening.add(at)
            unclosed[is_single] = at
        elif left is not None and (not is_single or _may_close(text[left + 1 : at], after)):
            del unclosed[is_single]
            pairs.append((left, at))
    return QuotationMarks(_outermost(pairs), tuple(resumed), frozenset(opening), tuple(every))


def _opens(mark: str, before: str, after: str, *, is_open: bool) -> bool:
    """Return whether ``mark`` opens a quotation; a mark between spaces opens one if none is open."""
    if mark in _OPENING or mark in _CLOSING:
        return mark in _OPENING
    follows_space = not before.strip()
    if follows_space and not after.strip():
        return not is_open
    return follows_space or before in "([—–-"


def _may_close(quoted: str, after: str) -> bool:
    """Return whether a single mark behind ``quoted`` closes it."""
    return after in {".", ","} or _AT_STOP.search(quoted[-3:]) is not None or _STOP_INSIDE.search(quoted) is None


def _outermost(pairs: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the pairs that neither stand in another nor overlap with an earlier one."""
    found: list[tuple[int, int]] = []
    for left, right in sorted(pairs):
        if not found or left > found[-1][1]:
            found.append((left, right))
    return tuple(found)
