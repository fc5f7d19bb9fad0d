"""Support: the probability that a reader would say that the article backs a claim.

Logistic models of three features give it. Verifiers differ in the scale of their logits, so each has a calibration of
its own, fitted by ``training/support.py`` on judged sentences (``docs/grounding.md``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from standfirst.language.words import Word
from standfirst_models.catalog import EMBEDDED_VERIFIER

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


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """A logistic model of the features: their weights and the bias, which give log odds."""

    weights: Features
    bias: float

    def probability(self, features: Features) -> float:
        """Return the probability, from 0 to 1, that a claim with these features is backed."""
        products = (weight * value for weight, value in zip(astuple(self.weights), astuple(features), strict=True))
        return 1 / (1 + math.exp(-self.bias - sum(products)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibration of a verifier. The support of a claim is the greatest probability that one of ``models`` gives.

    A claim is backed if its support is at least ``threshold``, from 0 to 1.
    """

    models: tuple[LogisticModel, ...]
    threshold: float

    def support(self, features: Features, *, problem: bool = False) -> float:
        """Return the support, from 0 to 1, of a claim; at most 0.5 if a check found a ``problem``."""
        greatest = max(model.probability(features) for model in self.models)
        return (_WITH_PROBLEM if problem else 1.0) * greatest


#: The calibration of the embedded verifier.
EMBEDDED = Calibration((LogisticModel(Features(triples=1.19, order=1.53, verifier=0.35), bias=-1.27),), threshold=0.8)
#: The calibrations of the other verifiers, by their names. A verifier that can judge other words than the article's
#: has a second model, of its logit alone: likeness of wording adds to a copy's support, and other words take none away.
_OTHERS = {
    "reader-110m": Calibration(
        (
            LogisticModel(Features(triples=2.39, order=1.46, verifier=0.48), bias=-1.97),
            LogisticModel(Features(triples=0.0, order=0.0, verifier=0.45), bias=0.54),
        ),
        threshold=0.85,
    )
}


#: The calibration of a verifier that is not calibrated: its logit is taken for the log odds that it is trained to give.
UNCALIBRATED = Calibration((LogisticModel(Features(triples=0.0, order=0.0, verifier=1.0), bias=0.0),), threshold=0.9)


def calibration_of(verifier: str) -> Calibration:
    """Return the calibration of the verifier with this name."""
    return EMBEDDED if verifier == EMBEDDED_VERIFIER else _OTHERS.get(verifier, UNCALIBRATED)


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
