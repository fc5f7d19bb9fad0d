"""The headline: the short texts that may become one, the best first."""

from __future__ import annotations

from collections.abc import Iterable

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.information import Information

#: What a word of a headline costs, as a share of what its sentence says; fitted by ``training/headlines.py``.
_PRICE = 0.067


def ranked_headlines(candidates: Iterable[Candidate], sentence: Candidate, information: Information) -> list[Candidate]:
    """Return ``candidates`` for the headline, the best first: those that say most of ``sentence`` for their words.

    ``sentence`` is the one that tells the news, whole.
    """
    whole = information.salience(sentence.stems) or 1.0

    def worth(candidate: Candidate) -> float:
        return information.salience(candidate.stems) / whole - _PRICE * candidate.words

    return sorted(candidates, key=lambda candidate: (-worth(candidate), candidate.text))
