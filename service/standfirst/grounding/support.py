"""Support: the probability that a reader would say that the article backs a claim.

A logistic model of three features, fitted by ``training/support.py`` on judged sentences (``docs/grounding.md``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from standfirst.language.words import Word

#: The largest absolute logit of a verifier that counts.
_MAX_LOGIT = 8.0
#: The factor of the support where a check found a problem.
_WITH_PROBLEM = 0.5


@dataclass(frozen=True, slots=True)
class Features:
    """The features of a claim.

    ``triples`` is the share of its word triples that the evidence has, ``order`` the share of its content words that
    the evidence has in the same order, both from 0 to 1. ``verifier`` is the verifier's logit, from -8 to 8.
    """

    triples: float
    order: float
    verifier: float


_WEIGHTS = Features(triples=1.19, order=1.53, verifier=0.35)
_BIAS = -1.27


def features(claim: Sequence[Word], evidence: Sequence[Sequence[Word]], logit: float) -> Features:
    """Return the features of a claim, given its words, those of each sentence of its evidence, and the logit."""
    content = [word.stem for word in claim if word.is_content]
    here = _triples(claim)
    there = frozenset[tuple[str, ...]]().union(*(_triples(words) for words in evidence))
    words_there = [word.stem for words in evidence for word in words if word.is_content]
    return Features(
        triples=len(here & there) / len(here) if here else 0.0,
        order=_longest_common(content, words_there) / len(content) if content else 0.0,
        verifier=max(-_MAX_LOGIT, min(_MAX_LOGIT, logit)),
    )


def support(features: Features, *, problem: bool = False) -> float:
    """Return the support, from 0 to 1, of a claim with these features; at most 0.5 if a check found a ``problem``."""
    odds = _BIAS + sum(weight * value for weight, value in zip(astuple(_WEIGHTS), astuple(features), strict=True))
    return (_WITH_PROBLEM if problem else 1.0) / (1 + math.exp(-odds))


def _triples(words: Sequence[Word]) -> frozenset[tuple[str, ...]]:
    stems = [word.stem for word in words]
    return frozenset(tuple(stems[i : i + 3]) for i in range(len(stems) - 2))


def _longest_common(a: Sequence[str], b: Sequence[str]) -> int:
    """Return the length of the longest common subsequence. Takes time ``len(a) * len(b)``."""
    row = [0] * (len(b) + 1)
    for item in a:
        before = 0
        for j, other in enumerate(b, start=1):
            before, row[j] = row[j], before + 1 if item == other else max(row[j], row[j - 1])
    return row[-1]
