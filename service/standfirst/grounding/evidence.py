"""The evidence for a claim: the few pieces of an article that a verifier reads beside it.

A verifier reads little at a time. It is given the pieces that share most with the claim, chosen greedily, and the
article's opening where there is space, which says who everyone is. Asides of which the claim says nothing are left out:
"The bridge, which was built in 1911, is closed" backs "The bridge is closed", but to a small verifier the two look less
alike than they are.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise

from standfirst.language.words import Lexer, Word

#: The most words of evidence, and the most pieces before the opening is added.
_WORDS = 110
_PIECES = 4
#: A sentence of more words than the first is cut into pieces of the second.
_LONG, _PIECE = 70, 50
#: Weight of a word that an earlier piece has already, and of a pair of words.
_AGAIN, _PAIR = 0.15, 0.7
#: Pieces that are compared, the most alike first.
_NEAR = 50
#: Sentences of the article's opening.
_OPENING = 2

_ASIDE = re.compile(
    r" \([^()]{1,100}\)"
    r"|, (?:who|which|whose|where) [^,;:()“”\"]{4,140},(?= [a-z])"
    r"|, (?:aged )?\d{1,2},(?= [a-z])"
    r"|, (?:pictured|(?:above |below |far )?(?:left|right|centre|center))(?: [^,]{1,30})?,(?= [a-z])"
)


class Evidence:
    """The pieces of one article, given as the texts of its sentences."""

    def __init__(self, sentences: Sequence[str], lexer: Lexer) -> None:
        self._lexer = lexer
        self._pieces = [piece for sentence in sentences for piece in _cut(sentence)]
        self._lengths = [len(piece.split()) for piece in self._pieces]
        words = [lexer.words(piece) for piece in self._pieces]
        self._stems = [
            frozenset(word.stem for word in of_piece if word.is_content or word.is_number) for of_piece in words
        ]
        self._pairs = [_pairs(of_piece) for of_piece in words]
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for index, stems in enumerate(self._stems):
            for stem in stems:
                self._by_stem[stem].append(index)

    def gather(self, claim: Sequence[Word]) -> str:
        """Return the evidence for the words of a claim: pieces in the article's order, without unclaimed asides.

        It is not empty where the article has a sentence.
        """
        weight = {
            word.stem: (1.5 if word.is_number else 1.0)
            * math.log(1 + len(self._pieces) / len(self._by_stem[word.stem]))
            for word in claim
            if word.stem in self._by_stem
        }
        likeness: Counter[int] = Counter()
        for stem, value in weight.items():
            for index in self._by_stem[stem]:
                likeness[index] += value  # type: ignore[assignment]  # Counter counts in floats as well
        near = [index for index, _ in likeness.most_common(_NEAR)]
        pairs = _pairs(claim)
        chosen: list[int] = []
        length = 0
        held: frozenset[str] = frozenset()
        held_pairs: frozenset[tuple[str, str]] = frozenset()
        while len(chosen) < _PIECES:
            worth = {stem: value * (_AGAIN if stem in held else 1) for stem, value in weight.items()}
            gains = {
                index: math.fsum(worth[stem] for stem in self._stems[index] & worth.keys())
                + _PAIR * len((self._pairs[index] & pairs) - held_pairs)
                for index in near
                if index not in chosen and (not chosen or length + self._lengths[index] <= _WORDS)
            }
            best = max(gains, key=lambda index: (gains[index], -index), default=None)
            if best is None or gains[best] <= 0:
                break
            chosen.append(best)
            length += self._lengths[best]
            held |= self._stems[best]
            held_pairs |= self._pairs[best]
        for index in range(min(_OPENING, len(self._pieces))):
            if index not in chosen and (not chosen or length + self._lengths[index] <= _WORDS):
                chosen.append(index)
                length += self._lengths[index]
        claimed = _stems(claim)

        def is_claimed(aside: str) -> bool:
            return any(word.stem in claimed for word in self._lexer.words(aside))

        return " ".join(_without_asides(self._pieces[index], is_claimed) for index in sorted(chosen))


def _cut(sentence: str) -> list[str]:
    words = sentence.split()
    if len(words) <= _LONG:
        return [" ".join(words)]
    return [" ".join(words[start : start + _PIECE]) for start in range(0, len(words), _PIECE)]


def _without_asides(text: str, is_claimed: Callable[[str], bool]) -> str:
    """Return ``text`` without the asides for whose words ``is_claimed`` is false."""
    return _ASIDE.sub(lambda aside: aside.group() if is_claimed(aside.group()) else "", text)


def _stems(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(word.stem for word in words if word.is_content or word.is_number)


def _pairs(words: Sequence[Word]) -> frozenset[tuple[str, str]]:
    return frozenset((a.stem, b.stem) for a, b in pairwise(words))
