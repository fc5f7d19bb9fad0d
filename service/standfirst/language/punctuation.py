"""Punctuation: the marks that end a sentence, and what stands between quotation marks. The same in every language.

A quotation is compared word for word: only the marks, the white space and the stops at its ends may differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Marks that end a sentence, for a character class.
STOPS = ".!?…。！？؟۔।"
#: Marks that may stand behind the stop of a sentence, for a character class.
CLOSING_MARKS = r"\"”’'»)\]"
SENTENCE_END = re.compile(rf"[{STOPS}][{CLOSING_MARKS}]*$")

#: Double marks of any kind. Single ones only where they do not stand inside a word, as an apostrophe does.
_QUOTED = re.compile(
    r"“(?P<curly>[^”]+)”|\"(?P<straight>[^\"]+)\"|«(?P<angle>[^»]+)»|„(?P<low>[^“”]+)[“”]"
    r"|(?<!\w)[‘'](?P<single>[^‘’']+(?:(?<=\w)['’](?=\w)[^‘’']+)*)['’](?!\w)"
)
_MARKS = re.compile(r"[\"“”„«»‘’']")


def quotations(text: str) -> Iterator[tuple[int, str]]:
    """Yield where each quotation of ``text`` begins, and the quotation, without its marks."""
    for match in _QUOTED.finditer(text):
        name = match.lastgroup or 0
        yield match.start(name), match[name]


def without_marks(text: str) -> str:
    """Return ``text`` as quotations are compared: without marks, with single spaces, case-folded."""
    return " ".join(_MARKS.sub("", text).split()).casefold()


def is_quoted_from(quotation: str, text: str) -> bool:
    """Whether ``quotation`` stands word for word in ``text``, which is as ``without_marks`` returns it."""
    wanted = without_marks(quotation).rstrip(" .,;:!?…").lstrip(" .…")
    return not wanted or re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text) is not None
