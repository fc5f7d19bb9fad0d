"""The answer service: the sentences of an article that answer a question best, as they are.

Nothing is written. Sentences are ranked by the cosine of their vector with the question's, and by the share of the
question's words that they have, rarer words counting for more.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standfirst.application.admission import OpenSlot, unlimited
from standfirst.domain.article import Article
from standfirst.domain.briefing import Passage, passages_of
from standfirst.language.words import Lexer, stems_of
from standfirst.reading.source import Reader, Source

Encode = Callable[[Sequence[str]], Awaitable[NDArray[np.float32]]]

#: The most sentences of an answer, and the most that are ranked by their vectors.
_MAX_SENTENCES, _MAX_ENCODED = 3, 400
#: The weight of the shared words; a cosine has 1.
_WORDS_WEIGHT = 0.6
#: The least score of a sentence that answers, and the least share of the best score.
_MIN_SCORE, _MIN_SHARE = 0.5, 0.8


@dataclass(frozen=True, slots=True)
class Answer:
    """An article, and its passages that answer a question, in its order; none if it does not seem to answer it."""

    article: Article
    passages: tuple[Passage, ...]


class AnswerService:
    """Answers questions about articles with one encoder. ``open_slot`` limits how many are answered at a time."""

    def __init__(self, reader: Reader, encode: Encode, open_slot: OpenSlot = unlimited) -> None:
        self._reader = reader
        self._encode = encode
        self._open_slot = open_slot

    async def answer(self, source: Source, question: str, caller: str = "") -> Answer:
        """Return the passages of the article of ``source`` that answer ``question``.

        Raises the errors of the reader, of the slot and of the encoder.
        """
        article = await self._reader.read(source)
        texts = [sentence.text for sentence in article.sentences]
        async with self._open_slot(caller):
            shares = await asyncio.to_thread(_shared_words, question, texts)
            ranked = sorted(range(len(texts)), key=lambda row: (-shares[row], row))[:_MAX_ENCODED]
            asked, *vectors = await self._encode([question, *(texts[row] for row in ranked)])
        scores = {
            row: float(vector @ asked) + _WORDS_WEIGHT * shares[row]
            for row, vector in zip(ranked, vectors, strict=True)
        }
        best = sorted(scores, key=lambda row: (-scores[row], row))[:_MAX_SENTENCES]
        least = max(_MIN_SCORE, _MIN_SHARE * scores[best[0]])
        return Answer(article, passages_of(article, sorted(row for row in best if scores[row] >= least)))


def _shared_words(question: str, texts: Sequence[str]) -> list[float]:
    """Return for each text the weight of the question's words that it has, from 0 to 1."""
    lexer = Lexer()
    stems = [stems_of(lexer.words(text)) for text in texts]
    asked = stems_of(lexer.words(question))
    counts = Counter(stem for of_text in stems for stem in of_text & asked)
    weights = {stem: math.log(1 + len(texts) / counts[stem]) for stem in counts}
    total = sum(weights.values()) + (len(asked) - len(weights)) * math.log(1 + len(texts))
    return [sum(weights[stem] for stem in of_text & asked) / total if total else 0.0 for of_text in stems]
