"""The analysis of a sentence: its words, and the numbers and dates that it states."""

from __future__ import annotations

from dataclasses import dataclass

from standfirst.language.en.dates import Date, take_dates
from standfirst.language.en.quantities import Quantity, quantities
from standfirst.language.en.spelling import join_torn_numbers, unify
from standfirst.language.punctuation import without_marks
from standfirst.language.words import Lexer, Word, stems_of


@dataclass(frozen=True, slots=True)
class Analysis:
    """A sentence and what is known of it. Offsets of words, quantities and dates are into ``text``."""

    text: str
    """The sentence with torn numbers joined (``spelling.join_torn_numbers``)."""
    words: tuple[Word, ...]
    undated: tuple[Word, ...]
    """The words that are not part of a date."""
    stems: frozenset[str]
    """The stems of content words and numbers."""
    quantities: tuple[Quantity, ...]
    dates: tuple[Date, ...]
    unified: str
    """The text in the one way of writing of ``spelling.unify``."""
    unified_words: tuple[Word, ...]
    """The words of ``unified``; their offsets are into it."""
    folded: str
    """The text as quotations are compared (``punctuation.without_marks``)."""


class Analyzer:
    """Analyses sentences. It is not safe to share between threads."""

    def __init__(self) -> None:
        self.lexer = Lexer()

    def analyse(self, text: str) -> Analysis:
        """Return the analysis of ``text``, one sentence."""
        text = join_torn_numbers(text)
        words = self.lexer.words(text)
        dates, rest = take_dates(text)
        unified = unify(text)
        return Analysis(
            text=text,
            words=words,
            undated=tuple(word for word in words if rest[word.start : word.end].strip()),
            stems=stems_of(words),
            quantities=quantities(rest),
            dates=dates,
            unified=unified,
            unified_words=self.lexer.words(unified),
            folded=without_marks(text),
        )
