"""The choice of the sentences of an article that back a claim."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from standfirst.language.en.analysis import Analysis
from standfirst.language.en.lexicon import PRONOUNS
from standfirst.language.words import stem_pairs

#: The largest number of sentences that back a claim.
_MAX_SENTENCES = 3
#: The share of the claim's weight that each of them must add.
_MIN_GAIN = 0.12
#: Weight of a name or a number; other words have 1.
_ENTITY_WEIGHT = 2.0
#: The number of sentences that are compared, the most alike first.
_MAX_COMPARED = 50
#: The number of sentences before one with a pronoun that may say who is meant.
_ANTECEDENTS = 2


class BackingIndex:
    """An index of an article's sentences by their stems. It finds the sentences that back a claim."""

    def __init__(self, sentences: Sequence[Analysis]) -> None:
        self._sentences = sentences
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for index, sentence in enumerate(sentences):
            for stem in sentence.stems:
                self._by_stem[stem].append(index)

    def select(self, claim: Analysis) -> tuple[int, ...]:
        """Return the indices of the fewest sentences, at most three, that hold most of what ``claim`` says.

        They are chosen greedily by the weight of the stems and the number of the word pairs that they add. A stem
        weighs more the rarer it is in the article, and twice that in a name or number.
        """
        weight = self._weights(claim)
        if not weight:
            return ()
        pairs = stem_pairs(claim.words)
        likeness: Counter[int] = Counter()
        for stem, value in weight.items():
            for index in self._by_stem[stem]:
                likeness[index] += value  # type: ignore[assignment]  # Counter counts in floats as well
        near = [index for index, _ in likeness.most_common(_MAX_COMPARED)]
        own_pairs = {index: pairs & stem_pairs(self._sentences[index].words) for index in near}
        chosen: list[int] = []
        held: set[str] = set()
        held_pairs: set[tuple[str, str]] = set()
        everything = math.fsum(weight.values()) + len(pairs)
        while len(chosen) < _MAX_SENTENCES:
            gains = {
                index: math.fsum(weight.get(stem, 0) for stem in self._sentences[index].stems & claim.stems - held)
                + len(own_pairs[index] - held_pairs)
                for index in near
                if index not in chosen
            }
            best = max(gains, key=lambda index: (gains[index], -index), default=None)
            if best is None or gains[best] < _MIN_GAIN * everything:
                break
            chosen.append(best)
            held |= self._sentences[best].stems
            held_pairs |= own_pairs[best]
        return tuple(sorted(chosen))

    def antecedents(self, indices: Iterable[int]) -> tuple[int, ...]:
        """Return the indices of the two sentences before each of ``indices`` that has a pronoun."""
        found: set[int] = set()
        for index in indices:
            if any(word.norm in PRONOUNS for word in self._sentences[index].words):
                found.update(range(max(0, index - _ANTECEDENTS), index))
        return tuple(sorted(found))

    def _weights(self, claim: Analysis) -> dict[str, float]:
        """Return the weight of each stem of ``claim`` that the article has."""
        total = len(self._sentences)
        return {
            word.stem: (_ENTITY_WEIGHT if word.is_capitalised or word.is_number else 1.0)
            * math.log(1 + total / len(self._by_stem[word.stem]))
            for word in claim.words
            if word.stem in claim.stems and word.stem in self._by_stem
        }
