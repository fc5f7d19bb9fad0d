"""Markdown, as readers make it of an article's page before they send it: its text without the marks."""

from __future__ import annotations

import re

# No part may reach over the beginning of another: a text of nothing but beginnings must not take quadratic time.
_TARGET = r"\([^()\s]*(?: \"[^\"()\n]*\")?\)"
_IMAGE = re.compile(rf"!\[[^\[\]\n]*\]{_TARGET}")
_LINK = re.compile(rf"\[([^\[\]\n]+)\]{_TARGET}")
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+|^[ \t]{0,3}>[ \t]?", re.MULTILINE)
_STRONG = re.compile(r"(?<!\w)(\*\*|__|\*|_|`)(?=\S)([^\n*_`]+?)(?<=\S)\1(?!\w)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!>~|-])")


def without_marks(text: str) -> str:
    """``text`` without the marks of headings, quotations, emphasis, code and links; images are left out."""
    bare = _LINK.sub(r"\1", _IMAGE.sub("", _HEADING.sub("", text)))
    # Twice, for emphasis within emphasis.
    return _ESCAPED.sub(r"\1", _STRONG.sub(r"\2", _STRONG.sub(r"\2", bare)))
