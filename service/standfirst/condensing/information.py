"""What matters in an article: the scores of its sentences and the salience of its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.ranker import Ranker, rule_scores
from standfirst.condensing.source_sentence import SourceSentence, eligible
from standfirst.condensing.word_salience import word_salience
from standfirst.language.words import Lexer, stems_of

#: The weights of a sentence's score and of its similarity to the title, against the salience of its words.
_SCORE, _TITLE = 0.3, 3.0
#: What a word costs, and one of the standfirst, which must not lose its point.
PRICE, _STANDFIRST_PRICE = 0.04, 0.02
#: What a sentence loses that is not understood without the one before it.
_DEPENDENCE = 0.4
#: Two sentences of at least this cosine say the same.
_SAME = 0.85
#: Two sentences of at least this cosine say the same if they share this much of the words of the one that says less.
#: In short articles all sentences share the names of the matter.
_ALIKE, _SAID_AGAIN = 0.35, 0.5
#: What a word costs in the choice of the sentence that tells the news, and what the lead gains if it has so many words.
#: One of fewer often only precedes the news.
_NEWS_PRICE, _LEAD, _LEAD_WORDS = 0.1, 4.0, 8
#: The lead is one of so many first sentences.
_OPENING = 3


@dataclass(frozen=True, slots=True)
class Information:
    """What matters in an article.

    ``vectors`` are the unit vectors of its sentences, ``title`` is that of its title, if it has one, and ``scores`` are
    the standardized scores of its sentences. ``words`` is the salience of each stem; it is empty for a language in
    which words have no stems, where the scores alone count.
    """

    vectors: NDArray[np.float32]
    scores: NDArray[np.float64]
    words: Mapping[str, float]
    title: NDArray[np.float32] | None = None

    @property
    def knows_words(self) -> bool:
        """Whether it is known what each word is worth."""
        return bool(self.words)

    def salience(self, stems: Iterable[str]) -> float:
        """Return how much ``stems`` say of what matters."""
        return sum(self.words.get(stem, 0.0) for stem in stems)

    def gain(self, candidate: Candidate, chosen: Sequence[Candidate]) -> float:
        """Return what ``candidate`` says beyond what ``chosen`` say, less what its words and its dependence cost.

        It is the standfirst if there are none.
        """
        told: Set[str] = frozenset().union(*(other.stems for other in chosen))
        novel = self.salience(candidate.stems - told)
        price = PRICE if chosen else _STANDFIRST_PRICE
        cost = price * candidate.words * self.knows_words + _DEPENDENCE * (candidate.follows is not None)
        return novel + self._weight(candidate) - cost

    def news(self, candidate: Candidate, first: int) -> float:
        """Return how well ``candidate`` tells the news: the lead does, and what says what the title says.

        ``first`` is the index of the first sentence that a briefing may begin with.
        """
        said = self.salience(candidate.stems) - _NEWS_PRICE * candidate.words * self.knows_words
        is_lead = candidate.sources[0] == first < _OPENING
        return said + self._weight(candidate) + _LEAD * is_lead * min(1, candidate.words / _LEAD_WORDS)

    def _weight(self, candidate: Candidate) -> float:
        """Return how much the sentences of ``candidate`` matter by their scores, and by their likeness to the title."""
        sources = list(candidate.sources)
        likeness = 0.0 if self.title is None else (self.vectors[sources] @ self.title).mean()
        return float(_SCORE * self.scores[sources].mean() + _TITLE * likeness)

    def repeats(self, candidate: Candidate, chosen: Iterable[Candidate]) -> bool:
        """Return whether one of ``chosen`` says what ``candidate`` says, or is made from the same sentence."""
        return any(
            not set(candidate.sources).isdisjoint(other.sources) or self._says_same(candidate, other)
            for other in chosen
        )

    def _says_same(self, candidate: Candidate, other: Candidate) -> bool:
        similarity = self._similarity(candidate, other)
        shared, fewer = len(candidate.stems & other.stems), min(len(candidate.stems), len(other.stems))
        return similarity >= _SAME or (similarity >= _ALIKE and shared >= _SAID_AGAIN * fewer)

    def _similarity(self, candidate: Candidate, other: Candidate) -> float:
        """Return the highest cosine of a sentence of ``candidate`` and one of ``other``."""
        return float((self.vectors[list(candidate.sources)] @ self.vectors[list(other.sources)].T).max())


def information_of(
    sources: Sequence[SourceSentence],
    vectors: NDArray[np.float32],
    title: str | None,
    ranker: Ranker | None,
    *,
    is_english: bool,
) -> Information:
    """Return what matters in an article of ``sources``.

    ``vectors`` are the unit vectors of the sentences and, at the end, that of ``title``, if there is one. The scores
    are those of ``ranker``, or of a rule where there is none and in other languages.
    """
    of_sentences = vectors[: len(sources)]
    if ranker is not None and is_english:
        scores = ranker.scores([source.text for source in sources], of_sentences, eligible(sources))
    else:
        scores = rule_scores(of_sentences)
    words = {}
    if is_english:
        lexer = Lexer()
        title_stems = stems_of(lexer.words(title or ""))
        words = word_salience([lexer.words(source.text) for source in sources], scores, title_stems)
    return Information(of_sentences, scores, words, None if title is None else vectors[-1])
