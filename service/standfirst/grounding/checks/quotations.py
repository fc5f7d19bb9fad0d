"""Quotations: what a sentence puts between quotation marks, and whether it was said.

A quotation is verbatim or it is none: only the marks, the white space and the stop at its end may differ.
"""

from __future__ import annotations

import re

#: Double marks of any kind; single ones only where they do not stand inside a word, as an apostrophe does.
_QUOTED = re.compile(
    r"“(?P<curly>[^”]+)”|\"(?P<straight>[^\"]+)\"|«(?P<angle>[^»]+)»|„(?P<low>[^“”]+)[“”]"
    r"|(?<!\w)[‘'](?P<single>[^‘’']+(?:(?<=\w)['’](?=\w)[^‘’']+)*)['’](?!\w)"
)
_MARKS = re.compile(r"[\"“”„«»‘’']")


def quotations(text: str) -> tuple[str, ...]:
    """What stands between quotation marks in ``text``, without them."""
    return tuple(next(g for g in match.groups() if g is not None) for match in _QUOTED.finditer(text))


def plain(text: str) -> str:
    """``text`` as quotations are compared: without marks, with single spaces, in lower case."""
    return " ".join(_MARKS.sub("", text).split()).casefold()


def is_said(quotation: str, plain_text: str) -> bool:
    """Whether ``quotation`` stands word for word in ``plain_text`` (see ``plain``), whole words only."""
    wanted = plain(quotation).rstrip(" .,;:!?…").lstrip(" .…")
    return not wanted or re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", plain_text) is not None
