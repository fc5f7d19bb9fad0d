"""The headline: the short texts that may become one, the best first."""

from __future__ import annotations

from collections.abc import Iterable

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.information import Information

#: What a word of a headline costs, against the salience of its words.
_PRICE = 0.05


def ranked_headlines(candidates: Iterable[Candidate], information: Information) -> list[Candidate]:
    """Return ``candidates`` for the headline, the best first: those that say most for their words."""
    return sorted(candidates, key=lambda c: (-_worth(c, information), c.text))


def _worth(candidate: Candidate, information: Information) -> float:
    return information.salience(candidate.stems) - _PRICE * candidate.words
