"""Selection: which sentences of an article a briefing is made of. The whole article is ranked, however long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standfirst.condensing.ranker import Ranker, rule_scores
from standfirst.condensing.source_sentence import SourceSentence, eligible
from standfirst.domain.briefing import Options
from standfirst.errors import InvalidRequest

#: The weight of the score against the similarity to sentences that are already chosen.
_RELEVANCE = 0.8
#: Two sentences of at least this cosine say the same; the second is not chosen.
_REPETITION = 0.85
#: The number of chosen sentences that a headline is written for.
_LEAD = 2


@dataclass(frozen=True, slots=True)
class Selection:
    """The ``chosen`` candidates in the article's order, and all candidates, those with the highest score first."""

    chosen: Sequence[SourceSentence]
    ranked: Sequence[SourceSentence]

    @property
    def is_whole_article(self) -> bool:
        """Whether every sentence is chosen."""
        return len(self.chosen) == len(self.ranked)

    @property
    def lead(self) -> Sequence[SourceSentence]:
        """The chosen candidates that a headline is written for."""
        return self.chosen[:_LEAD]


def fit_whole(candidates: Sequence[SourceSentence], options: Options) -> bool:
    """Return whether a briefing may contain all ``candidates``."""
    return len(candidates) <= 1 + options.points and sum(c.words for c in candidates) <= options.max_words


def select(
    candidates: Sequence[SourceSentence], vectors: NDArray[np.float32], ranker: Ranker | None, options: Options
) -> Selection:
    """Choose the standfirst and up to ``options.points`` points within ``options.max_words``.

    The scores are the ranker's, or those of a rule if ``ranker`` is None. Raises ``InvalidRequest`` if no eligible
    sentence fits.

    *Shape:* ``vectors`` are the unit vectors of ``candidates``, ``[sentences, dimensions]``.
    """
    may_be_chosen = eligible(candidates)
    if ranker is None:
        scores = rule_scores(vectors)
    else:
        scores = ranker.scores([c.text for c in candidates], vectors, may_be_chosen)
    words = [c.words for c in candidates]
    indices = choose(scores, vectors, words, may_be_chosen, 1 + options.points, options.max_words)
    if not indices:
        shortest = min(c.words for c, may in zip(candidates, may_be_chosen, strict=True) if may)
        raise InvalidRequest(
            f"No sentence of the article fits into max_words: {options.max_words}. "
            f"Its shortest that stands alone has {shortest}."
        )
    return Selection(
        chosen=[candidates[index] for index in sorted(indices)],
        ranked=[candidates[index] for index in np.argsort(-scores, kind="stable")],
    )


def choose(
    scores: NDArray[np.float64],
    vectors: NDArray[np.float32],
    words: Sequence[int],
    eligible: Sequence[bool],
    count: int,
    budget: int,
) -> list[int]:
    """Return the indices of up to ``count`` sentences that matter and do not repeat one another, in order of choice.

    The method is maximal marginal relevance (Carbonell and Goldstein 1998). The chosen sentences have at most
    ``budget`` words together. The cost grows with the sentences times the chosen ones.

    *Shape:* unit ``vectors`` ``[sentences, dimensions]``; ``scores``, ``words`` and ``eligible`` ``[sentences]``.
    """
    relevance = _RELEVANCE * scores
    lengths = np.asarray(words)
    is_open = np.asarray(eligible, dtype=bool).copy()
    similarity = np.zeros(len(vectors))
    chosen: list[int] = []
    while len(chosen) < count:
        is_open &= (lengths <= budget) & (similarity < _REPETITION)
        if not is_open.any():
            break
        best = int(np.argmax(np.where(is_open, relevance - (1 - _RELEVANCE) * similarity, -np.inf)))
        chosen.append(best)
        is_open[best] = False
        budget -= int(lengths[best])
        similarity = np.maximum(similarity, vectors @ vectors[best])
    return chosen
