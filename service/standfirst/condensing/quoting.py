"""Quoting: how a sentence of an article is shown in a briefing."""

from __future__ import annotations

import re

#: Openings that join a sentence to the one before and can go: what is left says the same.
_CONNECTIVE = re.compile(
    r"^(?:(?:But|And)(?!\s+(?:for|then|yet|if|while)\b),?\s+"
    r"|(?:However|Meanwhile|Moreover|Furthermore|In addition|Additionally|Nevertheless|Nonetheless|Indeed"
    r"|Of course|Also|Besides|Still|At the same time),\s+)(?=\S)"
)
_ABBREVIATED = re.compile(r"(?:\b[A-Za-z]\.[A-Za-z]|\b(?:Inc|Ltd|Corp|Co|Jr|Sr|No|etc)|\.\.)\.$")


def quoted(text: str) -> str:
    """A sentence of an article as a briefing shows it: on one line, without an opening "But" or "However,"."""
    line = " ".join(text.split())
    shortened = _CONNECTIVE.sub("", line, count=1)
    return shortened[0].upper() + shortened[1:] if shortened != line else line


def as_headline(text: str) -> str:
    """A sentence as a headline shows it: without its full stop, unless that is an abbreviation's."""
    return text if _ABBREVIATED.search(text) else text.removesuffix(".")
