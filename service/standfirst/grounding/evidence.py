"""The evidence for a claim: the few pieces of an article that a verifier reads beside it.

A verifier reads little at a time. It gets the pieces that share most with the claim, chosen greedily, and if there is
space the article's opening, which says who everyone is. Asides that share no word with the claim are left out: "The
bridge, which was built in 1911, is closed" backs "The bridge is closed", but a small verifier may not see it.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from standfirst.language.words import Lexer, Word, stem_pairs, stems_of

#: The largest numbers of words, and of pieces without the opening.
_MAX_WORDS, _MAX_PIECES = 110, 4
#: A sentence of more words than the first number is cut into pieces of the second.
_LONG_SENTENCE, _PIECE_WORDS = 70, 50
#: The weight of a number; other words have 1.
_NUMBER_WEIGHT = 1.5
#: The factor of a word's weight if an earlier piece has the word, and the weight of a pair of words.
_REPEATED, _PAIR_WEIGHT = 0.15, 0.7
#: The number of pieces that are compared, the most alike first.
_MAX_COMPARED = 50
#: The number of pieces in the article's opening.
_OPENING_PIECES = 2

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
        self._stems = [stems_of(of_piece) for of_piece in words]
        self._pairs = [stem_pairs(of_piece) for of_piece in words]
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for index, stems in enumerate(self._stems):
            for stem in stems:
                self._by_stem[stem].append(index)

    @property
    def words(self) -> int:
        """The number of words of the article."""
        return sum(self._lengths)

    def whole(self) -> str:
        """Return the whole article."""
        return " ".join(self._pieces)

    def gather(self, claim: Sequence[Word]) -> str:
        """Return the evidence for the words of a claim: pieces in the article's order, without unclaimed asides.

        It is not empty if the article has a sentence.
        """
        return self.windows(claim, 1)[0]

    def windows(self, claim: Sequence[Word], count: int) -> list[str]:
        """Return evidence as ``gather`` does, and up to ``count - 1`` more of what was not in an earlier window."""
        read: list[int] = []
        found: list[str] = []
        for _ in range(count):
            chosen = self._choose(claim, read)
            if found and not chosen:
                break
            read += chosen
            found.append(self._text(claim, chosen))
        return found

    def _text(self, claim: Sequence[Word], chosen: list[int]) -> str:
        """Return the pieces ``chosen``, with the article's opening if there is space."""
        length = sum(self._lengths[index] for index in chosen)
        pieces = set(chosen)
        for index in range(min(_OPENING_PIECES, len(self._pieces))):
            if index not in pieces and (not pieces or length + self._lengths[index] <= _MAX_WORDS):
                pieces.add(index)
                length += self._lengths[index]
        claimed = stems_of(claim)

        def kept(aside: re.Match[str]) -> str:
            is_claimed = any(word.stem in claimed for word in self._lexer.words(aside[0]))
            return aside[0] if is_claimed else ""

        return " ".join(_ASIDE.sub(kept, self._pieces[index]) for index in sorted(pieces))

    def _choose(self, claim: Sequence[Word], read: Sequence[int]) -> list[int]:
        """Return the indices of the pieces that share most with ``claim``, but for those in ``read``."""
        weight = {
            word.stem: (_NUMBER_WEIGHT if word.is_number else 1.0)
            * math.log(1 + len(self._pieces) / len(self._by_stem[word.stem]))
            for word in claim
            if word.stem in self._by_stem
        }
        likeness: Counter[int] = Counter()
        for stem, value in weight.items():
            for index in self._by_stem[stem]:
                likeness[index] += value  # type: ignore[assignment]  # Counter counts in floats as well
        near = [index for index, _ in likeness.most_common(_MAX_COMPARED) if index not in read]
        pairs = stem_pairs(claim)
        chosen: list[int] = []
        length = 0
        held: frozenset[str] = frozenset()
        held_pairs: frozenset[tuple[str, str]] = frozenset()
        while len(chosen) < _MAX_PIECES:
            worth = {stem: value * (_REPEATED if stem in held else 1) for stem, value in weight.items()}
            gains = {
                index: math.fsum(worth[stem] for stem in self._stems[index] & worth.keys())
                + _PAIR_WEIGHT * len((self._pairs[index] & pairs) - held_pairs)
                for index in near
                if index not in chosen and (not chosen or length + self._lengths[index] <= _MAX_WORDS)
            }
            best = max(gains, key=lambda index: (gains[index], -index), default=None)
            if best is None or gains[best] <= 0:
                break
            chosen.append(best)
            length += self._lengths[best]
            held |= self._stems[best]
            held_pairs |= self._pairs[best]
        return chosen


def _cut(sentence: str) -> list[str]:
    words = sentence.split()
    if len(words) <= _LONG_SENTENCE:
        return [" ".join(words)]
    return [" ".join(words[start : start + _PIECE_WORDS]) for start in range(0, len(words), _PIECE_WORDS)]
