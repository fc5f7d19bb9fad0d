"""The marks of notes: superscripts and numbers in brackets that must not be read as part of a figure.

"Voted 14 to 3¹" is no 31. Exponents ("km²", "10⁶") are no marks of notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from standfirst.reading.view import Edit

TO_SUPERSCRIPT = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_FROM_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SUPERSCRIPT = re.compile(r"(?<![\s⁰¹²³⁴-⁹])[⁰¹²³⁴-⁹]{1,3}(?![⁰¹²³⁴-⁹ⁿ⁻])")
_BRACKETED = re.compile(r"(?<=[\w.,;:!?”\"’'»)\]])\[(\d{1,3})\]")
#: A unit, a power of ten or a variable, before its exponent.
_BEFORE_EXPONENT = re.compile(r"(?:\b[kcdmµ]?m|\bft|\bin|\byd|\bs|\b10|\b[a-zA-Z])$")


def is_exponent(before: str) -> bool:
    """Whether a superscript right behind the text ``before`` is an exponent."""
    return _BEFORE_EXPONENT.search(before[-4:]) is not None


def is_series(numbers: Sequence[int]) -> bool:
    """Whether ``numbers`` count from 1, as the marks of notes do. A mark may be repeated."""
    return list(numbers[:1]) == [1] and all(later - earlier <= 1 for earlier, later in pairwise(numbers))


def note_edits(text: str) -> Iterator[Edit]:
    """Yield the removals of the marks of notes in ``text``."""
    superscripts = [
        (Edit(*match.span()), int(match.group().translate(_FROM_SUPERSCRIPT)))
        for match in _SUPERSCRIPT.finditer(text)
        if not is_exponent(text[max(0, match.start() - 4) : match.start()])
    ]
    brackets = [(Edit(*match.span()), int(match[1])) for match in _BRACKETED.finditer(text)]
    marks = [marks for marks in (superscripts, brackets) if is_series([number for _, number in marks])]
    yield from sorted((edit for each in marks for edit, _ in each), key=lambda edit: edit.start)
