"""Summaries of an article, as prose, as a list or in Markdown."""

from __future__ import annotations

import re

from standfirst.errors import EmptySource
from standfirst.reading.sentences import split_sentences

#: The mark of a list item or of a Markdown heading.
_MARK = re.compile(r"^(?:[-*+•–—▪‣◦]|#{1,6}|\d{1,2}[.)])\s+")


def split_summary(text: str, language: str | None = None) -> tuple[str, ...]:
    """Return the sentences of a summary, each on one line, without marks of lists and headings.

    Sentences without a letter or digit are left out. ``language`` is an ISO 639-1 code. Raises ``EmptySource`` where
    no sentence is left.
    """
    lines = (_MARK.sub("", " ".join(sentence.text.split())) for sentence in split_sentences(text, language))
    sentences = tuple(line for line in lines if any(map(str.isalnum, line)))
    if not sentences:
        raise EmptySource("There is not a word in the summary.")
    return sentences
