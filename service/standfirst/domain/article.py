"""The article: one immutable text, its sentences as offsets into it, and its metadata."""

from __future__ import annotations

from dataclasses import dataclass

from standfirst.domain.words import count_words


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article: ``text`` is ``article.text[start:end]`` as it is read.

    In plain prose both are the same. ``text`` has no markup, no marks of quotation in mail, no marks of notes, and
    no hyphens at line ends. Offsets count Unicode code points, as Python's ``str`` does. ``paragraph`` is the ordinal,
    from 0, of the text block (paragraph, list item or heading) that contains the sentence.
    """

    start: int
    end: int
    text: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class Article:
    """A text, its sentences in order and without overlap, and its metadata.

    ``sentences`` excludes boilerplate such as bylines and newsletter sign-ups; ``text`` is complete. ``published`` is
    an ISO 8601 date and ``language`` an ISO 639-1 code. Metadata that is not known is None. ``truncated`` is true where
    the text breaks off, as a teaser does, and ``is_title_given`` where the title is the caller's word.
    """

    text: str
    sentences: tuple[Sentence, ...]
    title: str | None = None
    url: str | None = None
    site: str | None = None
    author: str | None = None
    published: str | None = None
    language: str | None = None
    truncated: bool = False
    is_title_given: bool = False

    @property
    def words(self) -> int:
        """The number of words in the sentences."""
        return sum(count_words(sentence.text) for sentence in self.sentences)
