"""An article: one text that never changes, and offsets into it.

Knows nothing of where the text came from (``reading``) or what is made of it (``condensing``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article: ``article.text[start:end] == text``.

    Offsets count Unicode code points, as Python's ``str`` does. ``paragraph`` is the ordinal, from 0, of the
    block of text (paragraph, list item, heading) that the sentence stands in.
    """

    start: int
    end: int
    text: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class Article:
    """A text with its sentences in order, without overlap, and what is known of it.

    ``sentences`` leaves out what is not the story (byline, newsletter sign-up, notices); ``text`` never does.
    ``published`` is an ISO 8601 date; ``language`` an ISO 639-1 code; both None where they are not known.
    """

    text: str
    sentences: tuple[Sentence, ...]
    title: str | None = None
    url: str | None = None
    site: str | None = None
    author: str | None = None
    published: str | None = None
    language: str | None = None

    @property
    def words(self) -> int:
        """How many words, by white space, the story's sentences hold."""
        return sum(len(sentence.text.split()) for sentence in self.sentences)
