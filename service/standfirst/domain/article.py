"""The article: one immutable text, its sentences as offsets into it, and its metadata."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article: ``article.text[start:end] == text``.

    Offsets count Unicode code points, as Python's ``str`` does. ``paragraph`` is the ordinal, from 0, of the text
    block (paragraph, list item or heading) that contains the sentence.
    """

    start: int
    end: int
    text: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class Article:
    """A text, its sentences in order and without overlap, and its metadata.

    ``sentences`` excludes boilerplate such as bylines and newsletter sign-ups; ``text`` is complete. ``published`` is
    an ISO 8601 date and ``language`` an ISO 639-1 code. Metadata that is not known is None.
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
        """The number of words in the sentences, split at white space."""
        return sum(len(sentence.text.split()) for sentence in self.sentences)
