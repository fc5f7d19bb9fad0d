"""Support: how likely it is that people would call a sentence backed by its article, from the signs of it.

A logistic model, fitted by ``training/support.py`` on sentences that people judged (``docs/grounding.md``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from standfirst.language.words import Word

#: A verifier's logit beyond this says nothing more.
_CLEAR = 8.0
#: What a problem that the rules found leaves of the support.
_WITH_PROBLEM = 0.5


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for a sentence and against it.

    ``triples`` and ``order`` are shares from 0 to 1: of its word triples that its sources have, and of its content
    words that they have in the same order. ``verifier`` is the verifier's logit, from -8 to 8.
    """

    triples: float
    order: float
    verifier: float


#: What each sign weighs, and what is there before any of them.
_WEIGHTS = Features(triples=1.19, order=1.53, verifier=0.35)
_BIAS = -1.27


def signs(claim: Sequence[Word], sources: Sequence[Sequence[Word]], logit: float) -> Features:
    """The signs of ``claim`` beside the sentences that back it best."""
    content = [word.stem for word in claim if word.is_content]
    own = _triples(claim)
    theirs = frozenset[tuple[str, ...]]().union(*(_triples(words) for words in sources))
    flow = [word.stem for words in sources for word in words if word.is_content]
    return Features(
        triples=len(own & theirs) / len(own) if own else 0.0,
        order=_longest_common(content, flow) / len(content) if content else 0.0,
        verifier=max(-_CLEAR, min(_CLEAR, logit)),
    )


def support(found: Features, *, problem: bool = False) -> float:
    """The support of a sentence with these signs, from 0 to 1; at most a half if the rules found a ``problem``."""
    odds = _BIAS + sum(weight * sign for weight, sign in zip(astuple(_WEIGHTS), astuple(found), strict=True))
    return (_WITH_PROBLEM if problem else 1.0) / (1 + math.exp(-odds))


def _triples(words: Sequence[Word]) -> frozenset[tuple[str, ...]]:
    stems = [word.stem for word in words]
    return frozenset(tuple(stems[i : i + 3]) for i in range(len(stems) - 2))


def _longest_common(a: Sequence[str], b: Sequence[str]) -> int:
    """The length of the longest common subsequence, in time ``len(a) * len(b)``."""
    row = [0] * (len(b) + 1)
    for item in a:
        before = 0
        for j, other in enumerate(b, start=1):
            before, row[j] = row[j], before + 1 if item == other else max(row[j], row[j - 1])
    return row[-1]
