"""Generation: the candidates that an article's own sentences give, whole and shortened."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.quoting import as_headline
from standfirst.condensing.source_sentence import SourceSentence, eligible
from standfirst.domain.briefing import Origin
from standfirst.language.en.sentence_form import SentenceForm
from standfirst.language.en.shortening import shorter_forms
from standfirst.language.parser import Parses
from standfirst.language.words import Lexer, stems_of

#: The number of sentences, those of the highest scores and the lead, that are parsed to be shortened.
_SHORTENED = 12
#: The largest number of words of a headline that is a shorter form.
_HEADLINE_WORDS = 16


class Generator:
    """Makes candidates of ``sources``, the sentences of one article. It is not safe to share between threads."""

    def __init__(self, sources: Sequence[SourceSentence], parses: Parses) -> None:
        self.sources = sources
        self._parses = parses
        self._lexer = Lexer()

    def candidates(self, scores: NDArray[np.float64]) -> list[Candidate]:
        """Return the quotation of each sentence that may be said, and the shorter forms of those of best ``scores``."""
        best = {0, *np.argsort(-scores, kind="stable")[:_SHORTENED].tolist()}
        found = []
        for source, may_be_said in zip(self.sources, eligible(self.sources), strict=True):
            if may_be_said:
                found.append(self.candidate(source.text, "quoted", source))
                if source.index in best:
                    found += [self.candidate(form, "shortened", source) for form in self.shorter_forms(source)]
        return found

    def quotations(self) -> list[Candidate]:
        """Return the quotation of every sentence."""
        return [self.candidate(source.text, "quoted", source) for source in self.sources]

    def candidate(self, text: str, origin: Origin, source: SourceSentence) -> Candidate:
        """Return ``text``, which says what ``source`` says, as a candidate."""
        follows = source.index - 1 if source.form is SentenceForm.CONTEXT_DEPENDENT and source.index else None
        return Candidate(text, origin, (source.index,), stems_of(self._lexer.words(text)), follows)

    def written(self, text: str, sources: tuple[int, ...]) -> Candidate:
        """Return ``text``, which a writer drafted of the whole article and ``sources`` back, as a candidate."""
        return Candidate(text, "written", sources, stems_of(self._lexer.words(text)))

    def shorter_forms(self, source: SourceSentence) -> tuple[str, ...]:
        """Return the shorter forms of ``source``; there are none in a language without a parser."""
        parsed = self._parses.of(source.text)
        return () if parsed is None else shorter_forms(parsed[0])

    def headlines(self, source: SourceSentence) -> list[Candidate]:
        """Return the forms of ``source``, whole and shortened, that are short enough for a headline."""
        texts = (as_headline(text) for text in (source.text, *self.shorter_forms(source)))
        return [self.candidate(text, "shortened", source) for text in texts if len(text.split()) <= _HEADLINE_WORDS]

    def texts(self, candidate: Candidate) -> tuple[str, ...]:
        """Return the sentences that ``candidate`` says."""
        return tuple(self.sources[index].text for index in candidate.sources)
