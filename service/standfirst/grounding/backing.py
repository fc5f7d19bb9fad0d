"""The choice of the sentences of an article that back a claim."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from standfirst.language.en.analysis import Analysis
from standfirst.language.words import stem_pairs

#: The largest numbers of sentences that back a claim: without and with those that have its names and numbers.
_MAX_SENTENCES, _MAX_WITH_ENTITIES = 3, 5
#: The share of the claim's weight that each of them must add.
_MIN_GAIN = 0.12
#: Weight of a name or a number; other words have 1.
_ENTITY_WEIGHT = 2.0
#: The number of sentences that are compared, the most alike first.
_MAX_COMPARED = 50


class BackingIndex:
    """An index of an article's sentences by their stems. It finds the sentences that back a claim."""

    def __init__(self, sentences: Sequence[Analysis]) -> None:
        self._sentences = sentences
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for index, sentence in enumerate(sentences):
            for stem in sentence.stems:
                self._by_stem[stem].append(index)

    def select(self, claim: Analysis) -> tuple[int, ...]:
        """Return the indices of the fewest sentences that hold most of what ``claim`` says.

        At most three are chosen greedily by the weight of the stems and the number of the word pairs that they add. A
        stem weighs more the rarer it is in the article, and twice that in a name or number. Up to five are returned,
        so that they have the names and numbers of the claim that the article has.
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
            if best is None or (chosen and gains[best] < _MIN_GAIN * everything):
                break
            chosen.append(best)
            held |= self._sentences[best].stems
            held_pairs |= own_pairs[best]
        self._add_entities(claim, likeness, chosen)
        return tuple(sorted(chosen))

    def _add_entities(self, claim: Analysis, likeness: Counter[int], chosen: list[int]) -> None:
        """Add to ``chosen`` the sentences most like the claim that have a name or number which these do not have."""
        stated = {stem for index in chosen for stem in self._sentences[index].stems}
        for word in claim.words:
            is_entity = word.is_number or (word.is_capitalised and word.start > 0)
            if is_entity and word.stem in self._by_stem and word.stem not in stated:
                if len(chosen) == _MAX_WITH_ENTITIES:
                    return
                best = max(self._by_stem[word.stem], key=lambda index: (likeness[index], -index))
                chosen.append(best)
                stated |= self._sentences[best].stems
        for quantity in claim.quantities:
            having = [
                i for i, s in enumerate(self._sentences) if any(quantity.same_as(other) for other in s.quantities)
            ]
            if having and not set(having) & set(chosen) and len(chosen) < _MAX_WITH_ENTITIES:
                chosen.append(max(having, key=lambda index: (likeness[index], -index)))

    def _weights(self, claim: Analysis) -> dict[str, float]:
        """Return the weight of each stem of ``claim`` that the article has."""
        total = len(self._sentences)
        return {
            word.stem: (_ENTITY_WEIGHT if word.is_capitalised or word.is_number else 1.0)
            * math.log(1 + total / len(self._by_stem[word.stem]))
            for word in claim.words
            if word.stem in claim.stems and word.stem in self._by_stem
        }
