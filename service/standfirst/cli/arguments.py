"""The arguments of the subcommands: their types, and the articles and summaries that they name."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from standfirst.errors import NotText

if TYPE_CHECKING:
    from standfirst.reading.source import Source

#: What a subcommand adds its parser to. argparse has no public name for it.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|\?xml|head|body|article|div|p)\b", re.IGNORECASE)


def number_between(low: int, high: int) -> Callable[[str], int]:
    """Return an argument type: a whole number from ``low`` to ``high``."""

    def number(argument: str) -> int:
        value = int(argument)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{value} is not between {low} and {high}")
        return value

    return number


def is_url(argument: str) -> bool:
    """Return whether an argument is an address and not a file."""
    return argument.startswith(("http://", "https://"))


def article_source(argument: str, title: str | None = None) -> Source:
    """Return the source for a URL, a file of text or HTML, or ``-`` for standard input.

    Raises ``NotText`` and ``OSError``.
    """
    from standfirst.reading.source import Source

    if is_url(argument):
        return Source(url=argument, title=title)
    content = _read(argument, "the article")
    if _HTML.match(content) or argument.lower().endswith((".html", ".htm", ".xhtml")):
        return Source(html=content, title=title)
    return Source(text=decode_text(argument, content), title=title)


def summary_text(argument: str) -> str:
    """Return the text of a file, or of standard input for ``-``. Raises ``NotText`` and ``OSError``."""
    return decode_text(argument, _read(argument, "the summary"))


def read_lines(content: str) -> list[str]:
    """Return the lines of a list without blank ones; a byte order mark is ignored."""
    return [line.strip() for line in content.removeprefix("\ufeff").splitlines() if line.strip()]


def _read(argument: str, noun: str) -> bytes:
    if argument == "-" and sys.stdin.isatty():
        print(f"paste {noun}, then press Ctrl-D", file=sys.stderr)
    return sys.stdin.buffer.read() if argument == "-" else Path(argument).read_bytes()


def decode_text(argument: str, content: bytes) -> str:
    """Return the content of the file ``argument``, ``-`` for standard input, as text. Raises ``NotText``."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise NotText(f"{'Standard input' if argument == '-' else argument} is neither text in UTF-8 nor HTML.")
    return text
