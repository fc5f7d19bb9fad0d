"""The index of an article's pieces by their stems, and the greedy choice of the pieces that hold what a claim says."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from standfirst.language.words import Word, stem_pairs, stems_of

#: The number of pieces that are compared with a claim, the most alike first.
_MAX_COMPARED = 50


@dataclass(frozen=True, slots=True)
class Query:
    """What a claim says, to be looked up.

    ``weights`` are those of its stems that the article has, and ``likeness`` is the summed weight that each piece has
    of them. ``pairs`` are the pairs of stems of neighbouring words, each of which has ``pair_weight``. A stem that an
    earlier piece has counts ``repeated`` times as much, from 0 to 1.
    """

    weights: Mapping[str, float]
    likeness: Counter[int]
    pairs: frozenset[tuple[str, str]]
    pair_weight: float
    repeated: float

    @property
    def total(self) -> float:
        """The weight of all that the claim says."""
        return math.fsum(self.weights.values()) + self.pair_weight * len(self.pairs)


class StemIndex:
    """An index of pieces of text, given as their words."""

    def __init__(self, pieces: Sequence[Sequence[Word]]) -> None:
        self._stems = [stems_of(words) for words in pieces]
        self._pairs = [stem_pairs(words) for words in pieces]
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for index, stems in enumerate(self._stems):
            for stem in stems:
                self._by_stem[stem].append(index)

    def having(self, stem: str) -> Sequence[int]:
        """Return the pieces that have ``stem``."""
        return self._by_stem.get(stem, ())

    def stems(self, pieces: Collection[int]) -> frozenset[str]:
        """Return the stems of ``pieces``."""
        return frozenset[str]().union(*(self._stems[index] for index in pieces))

    def query(
        self, claim: Sequence[Word], weigh: Callable[[Word], float], *, pair_weight: float, repeated: float
    ) -> Query:
        """Return what ``claim`` says. A word weighs what ``weigh`` says, and more the rarer it is in the article."""
        weights = {
            word.stem: weigh(word) * math.log(1 + len(self._stems) / len(self._by_stem[word.stem]))
            for word in claim
            if (word.is_content or word.is_number) and word.stem in self._by_stem
        }
        likeness: Counter[int] = Counter()
        for stem, value in weights.items():
            for index in self._by_stem[stem]:
                likeness[index] += value  # type: ignore[assignment]  # Counter counts in floats as well
        return Query(weights, likeness, stem_pairs(claim), pair_weight, repeated)

    def by_gain(self, query: Query, fits: Callable[[int], bool]) -> Iterator[tuple[int, float]]:
        """Yield the pieces, of those that ``fits`` holds for, that add most to the ones before them, and what they add.

        ``fits`` is asked again at each step. Pieces that add nothing are not yielded.
        """
        near = [index for index, _ in query.likeness.most_common(_MAX_COMPARED)]
        chosen: set[int] = set()
        held: set[str] = set()
        held_pairs: set[tuple[str, str]] = set()
        while True:
            worth = {stem: value * (query.repeated if stem in held else 1) for stem, value in query.weights.items()}
            gains = {
                index: math.fsum(worth[stem] for stem in self._stems[index] & worth.keys())
                + query.pair_weight * len((self._pairs[index] & query.pairs) - held_pairs)
                for index in near
                if index not in chosen and fits(index)
            }
            best = max(gains, key=lambda index: (gains[index], -index), default=None)
            if best is None or gains[best] <= 0:
                return
            yield best, gains[best]
            chosen.add(best)
            held |= self._stems[best]
            held_pairs |= self._pairs[best]
