"""What an argument names: an address, a file, or standard input."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from standfirst.errors import NotText

if TYPE_CHECKING:
    from standfirst.reading.source import Source

_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|\?xml|head|body|article|div|p)\b", re.IGNORECASE)


def article_source(given: str, title: str | None) -> Source:
    """An address, a file of text or HTML, or ``-`` for standard input. Raises ``NotText`` and ``OSError``."""
    from standfirst.reading.source import Source

    if given.startswith(("http://", "https://")):
        return Source(url=given, title=title)
    content = _content(given, "the article")
    if _HTML.match(content) or given.lower().endswith((".html", ".htm", ".xhtml")):
        return Source(html=content, title=title)
    return Source(text=_decoded(given, content), title=title)


def summary_text(given: str) -> str:
    """A file of text, or ``-`` for standard input. Raises ``NotText`` and ``OSError``."""
    return _decoded(given, _content(given, "the summary"))


def _content(given: str, what: str) -> bytes:
    if given == "-" and sys.stdin.isatty():
        print(f"paste {what}, then press Ctrl-D", file=sys.stderr)
    return sys.stdin.buffer.read() if given == "-" else Path(given).read_bytes()


def _decoded(given: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise NotText(f"{'Standard input' if given == '-' else given} is neither text in UTF-8 nor HTML.")
    return text
