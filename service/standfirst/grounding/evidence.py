"""The evidence for a claim: the few pieces of an article that a verifier reads beside it.

A verifier reads little at a time, so it is given what the claim can come from: greedily the pieces that share most
with it, and the article's opening where there is room, which says who everyone is.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from standfirst.grounding.asides import without_asides
from standfirst.language.words import Lexer, Word

#: Words of evidence at most, and pieces, before the opening is added.
_WORDS = 110
_PIECES = 4
#: A sentence of more words than the first is cut into pieces of the second.
_LONG, _PIECE = 70, 50
#: What the claim's words weigh once an earlier piece has them, and what a pair of words weighs.
_AGAIN, _PAIR = 0.15, 0.7
#: Pieces that are looked at, the most alike first.
_NEAR = 50
#: Sentences of the article's opening.
_OPENING = 2


class Evidence:
    """The pieces of one article, given as the texts of its sentences, made ready to be gathered for any claim."""

    def __init__(self, sentences: Sequence[str], lexer: Lexer) -> None:
        self._lexer = lexer
        self._pieces = [piece for sentence in sentences for piece in _cut(sentence)]
        self._lengths = [len(piece.split()) for piece in self._pieces]
        words = [lexer.words(piece) for piece in self._pieces]
        self._stems = [frozenset(word.stem for word in of_piece if _says(word)) for of_piece in words]
        self._pairs = [_pairs(of_piece) for of_piece in words]
        self._where: dict[str, list[int]] = defaultdict(list)
        for index, stems in enumerate(self._stems):
            for stem in stems:
                self._where[stem].append(index)

    def gather(self, claim: Sequence[Word]) -> str:
        """The evidence for ``claim``, its pieces in the article's order, less the asides of which it says nothing.

        It is never empty for an article with a sentence.
        """
        weight = {
            word.stem: (1.5 if word.text[0].isdigit() else 1.0)
            * math.log(1 + len(self._pieces) / len(self._where[word.stem]))
            for word in claim
            if word.stem in self._where
        }
        likeness: Counter[int] = Counter()
        for stem, value in weight.items():
            for index in self._where[stem]:
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
                index: sum(worth[stem] for stem in self._stems[index] & worth.keys())
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
        claimed = {word.stem for word in claim if _says(word)}

        def is_claimed(aside: str) -> bool:
            return any(word.stem in claimed for word in self._lexer.words(aside))

        return " ".join(without_asides(self._pieces[index], is_claimed) for index in sorted(chosen))


def _cut(sentence: str) -> list[str]:
    words = sentence.split()
    if len(words) <= _LONG:
        return [" ".join(words)]
    return [" ".join(words[start : start + _PIECE]) for start in range(0, len(words), _PIECE)]


def _says(word: Word) -> bool:
    return word.is_content or word.text[0].isdigit()


def _pairs(words: Sequence[Word]) -> frozenset[tuple[str, str]]:
    return frozenset((a.stem, b.stem) for a, b in pairwise(words))
