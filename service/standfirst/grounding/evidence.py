"""The evidence for a claim: its sources in an article, and the few pieces that a verifier reads beside it.

A verifier reads little at a time. It gets the pieces that share most with the claim, chosen greedily, and if there is
space the article's opening, which says who everyone is. Asides that share no word with the claim are left out: "The
bridge, which was built in 1911, is closed" backs "The bridge is closed", but a small verifier may not see it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from standfirst.grounding.stem_index import StemIndex
from standfirst.language.en.analysis import Analysis
from standfirst.language.words import Lexer, Word, stems_of

#: The largest numbers of words, and of pieces without the opening.
_MAX_WORDS, _MAX_PIECES = 110, 4
#: A sentence of more words than the first number is cut into pieces of the second.
_LONG_SENTENCE, _PIECE_WORDS = 70, 50
#: The weight of a number; other words have 1.
_NUMBER_WEIGHT = 1.5
#: The factor of a word's weight if an earlier piece has the word, and the weight of a pair of words.
_REPEATED, _PAIR_WEIGHT = 0.15, 0.7
#: The number of pieces in the article's opening.
_OPENING_PIECES = 2
#: The largest numbers of sources of a claim: without and with those that have its names and numbers.
_MAX_SOURCES, _MAX_WITH_ENTITIES = 3, 5
#: The share of the claim's weight that each source must add, and the weight of a name or a number in it.
_MIN_GAIN, _ENTITY_WEIGHT = 0.12, 2.0

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
        cut = [(owner, piece) for owner, sentence in enumerate(sentences) for piece in _cut(sentence)]
        self._owners = [owner for owner, _ in cut]
        self._pieces = [piece for _, piece in cut]
        self._lengths = [len(piece.split()) for piece in self._pieces]
        self._index = StemIndex([lexer.words(piece) for piece in self._pieces])

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

    def sources(self, claim: Analysis, sentences: Sequence[Analysis]) -> tuple[int, ...]:
        """Return the indices of the fewest of the article's ``sentences`` that hold most of what ``claim`` says.

        At most three are chosen greedily by the weight of the stems and the number of the word pairs that they add. A
        stem weighs more the rarer it is in the article, and twice that in a name or number. Up to five are returned,
        so that they have the names and numbers of the claim that the article has.
        """
        query = self._index.query(
            claim.unified_words,
            lambda word: _ENTITY_WEIGHT if word.is_capitalised or word.is_number else 1.0,
            pair_weight=1.0,
            repeated=0.0,
        )
        if not query.weights:
            return ()
        chosen: list[int] = []
        for index, gain in self._index.by_gain(query, lambda _: True):
            if len(chosen) == _MAX_SOURCES or (chosen and gain < _MIN_GAIN * query.total):
                break
            chosen.append(index)
        self._add_entities(claim, sentences, query.likeness, chosen)
        return tuple(sorted({self._owners[index] for index in chosen}))

    def _add_entities(
        self, claim: Analysis, sentences: Sequence[Analysis], likeness: Counter[int], chosen: list[int]
    ) -> None:
        """Add to ``chosen`` the pieces most like the claim that have a name or number which these do not have."""

        def add_best(pieces: Sequence[int]) -> None:
            if len(chosen) < _MAX_WITH_ENTITIES:
                chosen.append(max(pieces, key=lambda index: (likeness[index], -index)))

        for word in claim.unified_words:
            having = self._index.having(word.stem)
            is_entity = word.is_number or (word.is_capitalised and word.start > 0)
            if is_entity and having and word.stem not in self._index.stems(chosen):
                add_best(having)
        for quantity in claim.quantities:
            owners = {i for i, s in enumerate(sentences) if any(quantity.same_as(other) for other in s.quantities)}
            if owners and owners.isdisjoint(self._owners[index] for index in chosen):
                add_best([index for index, owner in enumerate(self._owners) if owner in owners])

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
        query = self._index.query(
            claim,
            lambda word: _NUMBER_WEIGHT if word.is_number else 1.0,
            pair_weight=_PAIR_WEIGHT,
            repeated=_REPEATED,
        )
        chosen: list[int] = []

        def fits(index: int) -> bool:
            length = sum(self._lengths[other] for other in chosen) + self._lengths[index]
            return index not in read and (not chosen or length <= _MAX_WORDS)

        for index, _ in self._index.by_gain(query, fits):
            chosen.append(index)
            if len(chosen) == _MAX_PIECES:
                break
        return chosen


def _cut(sentence: str) -> list[str]:
    words = sentence.split()
    if len(words) <= _LONG_SENTENCE:
        return [" ".join(words)]
    return [" ".join(words[start : start + _PIECE_WORDS]) for start in range(0, len(words), _PIECE_WORDS)]
