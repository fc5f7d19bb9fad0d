"""Generation: the candidates that an article's own sentences give, whole and shortened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from standfirst.condensing.admissible import admissible
from standfirst.condensing.candidate import Candidate
from standfirst.condensing.information import Information
from standfirst.condensing.quoting import as_headline
from standfirst.condensing.source_sentence import SourceSentence
from standfirst.domain.article import Article
from standfirst.domain.briefing import Options, Origin
from standfirst.language.en.sentence_form import SentenceForm
from standfirst.language.en.shortening import shorter_forms
from standfirst.language.en.syntax import is_clause
from standfirst.language.parser import Parses
from standfirst.language.words import Lexer, stems_of

#: The number of sentences, those of the highest scores, that candidates are made of: so many, and more for each point.
_SOURCES, _SOURCES_A_POINT = 8, 2
#: The largest number of words of a headline that is made from a sentence of the article.
_HEADLINE_WORDS = 14


class Generator:
    """Makes candidates of ``sources``, the sentences of ``article``. It is not safe to share between threads."""

    def __init__(
        self, article: Article, sources: Sequence[SourceSentence], parses: Parses, information: Information
    ) -> None:
        self._article = article
        self.sources = sources
        self._parses = parses
        self._information = information
        self._lexer = Lexer()

    def candidates(self, options: Options) -> list[Candidate]:
        """Return the quotations and the shorter forms of the sentences that matter most.

        Where none of them is short enough, they are the quotations of all sentences that may be said.
        """
        may_be_said = admissible(self._article, self.sources)
        ranked = [i for i in np.argsort(-self._information.scores, kind="stable").tolist() if may_be_said[i]]
        best = ranked[: _SOURCES + _SOURCES_A_POINT * options.points]
        found = [c for i in sorted(best) if self._is_whole(self.sources[i]) for c in self._forms(self.sources[i])]
        if any(candidate.words <= options.max_words for candidate in found):
            return found
        return [self.candidate(self.sources[i].text, "quoted", self.sources[i]) for i in sorted(ranked)]

    def quotations(self) -> list[Candidate]:
        """Return the quotation of every sentence."""
        return [self.candidate(source.text, "quoted", source) for source in self.sources]

    def headlines(self, source: SourceSentence) -> list[Candidate]:
        """Return the forms of ``source``, whole and shortened, that are short enough for a headline."""
        texts = [as_headline(text) for text in (source.text, *self._shorter_forms(source))]
        return [self.candidate(text, "shortened", source) for text in texts if len(text.split()) <= _HEADLINE_WORDS]

    def candidate(self, text: str, origin: Origin, source: SourceSentence) -> Candidate:
        """Return ``text``, which says what ``source`` says, as a candidate."""
        follows = source.index - 1 if source.form is SentenceForm.CONTEXT_DEPENDENT and source.index else None
        return Candidate(text, origin, (source.index,), stems_of(self._lexer.words(text)), follows)

    def written(self, text: str, sources: tuple[int, ...]) -> Candidate:
        """Return ``text``, which a writer drafted of the whole article and ``sources`` back, as a candidate."""
        return Candidate(text, "written", sources, stems_of(self._lexer.words(text)))

    def texts(self, candidate: Candidate) -> tuple[str, ...]:
        """Return the sentences that ``candidate`` says."""
        return tuple(self.sources[index].text for index in candidate.sources)

    def _forms(self, source: SourceSentence) -> Iterator[Candidate]:
        yield self.candidate(source.text, "quoted", source)
        for form in self._shorter_forms(source):
            yield self.candidate(form, "shortened", source)

    def _shorter_forms(self, source: SourceSentence) -> tuple[str, ...]:
        parsed = self._parses.of(source.text)
        return () if parsed is None else shorter_forms(parsed[0], self._worth)

    def _worth(self, text: str) -> float:
        return self._information.salience(stems_of(self._lexer.words(text)))

    def _is_whole(self, source: SourceSentence) -> bool:
        """Return whether ``source`` is a clause: captions and rows of tables, which end like sentences, are not."""
        parsed = self._parses.of(source.text)
        return parsed is None or is_clause(parsed[0])
