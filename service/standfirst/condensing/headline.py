"""The headline: the short texts that may become one, the best first."""

from __future__ import annotations

from collections.abc import Iterable

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.information import Information

#: What a word of a headline costs, as a share of what its sentence says; fitted by ``training/headlines.py``.
_PRICE = 0.073
#: What each word costs more beyond so many: titles that are longer say less than their words are worth.
_LONG_PRICE, _ENOUGH = 0.06, 10


def ranked_headlines(candidates: Iterable[Candidate], sentence: Candidate, information: Information) -> list[Candidate]:
    """Return ``candidates`` for the headline, the best first: those that say most of ``sentence`` for their words.

    ``sentence`` is the one that tells the news, whole.
    """
    whole = information.salience(sentence.stems) or 1.0

    def worth(candidate: Candidate) -> float:
        excess = max(0, candidate.words - _ENOUGH)
        return information.salience(candidate.stems) / whole - _PRICE * candidate.words - _LONG_PRICE * excess

    return sorted(candidates, key=lambda candidate: (-worth(candidate), candidate.text))
