"""A summary: the sentences of a short text that speaks of an article, be it prose, a list or Markdown."""

from __future__ import annotations

import re

from standfirst.errors import EmptySource
from standfirst.reading.sentences import split_sentences

#: What stands before a line of a list, or before a heading of Markdown.
_MARK = re.compile(r"^(?:[-*+•–—▪‣◦]|#{1,6}|\d{1,2}[.)])\s+")


def split_summary(text: str, language: str | None = None) -> tuple[str, ...]:
    """The sentences of ``text`` in order, each on one line, without the marks of lists and headings.

    What has neither letter nor digit says nothing that could be backed, and is left out. ``language`` is an
    ISO 639-1 code. Raises ``EmptySource`` where nothing is left.
    """
    found = (" ".join(sentence.text.split()) for sentence in split_sentences(text, language))
    bare = tuple(line for line in (_MARK.sub("", line) for line in found) if any(map(str.isalnum, line)))
    if not bare:
        raise EmptySource("There is not a word in the summary.")
    return bare
