"""Support: the probability that a careful reader would say that the article backs a claim.

Logistic models of two features give it. Verifiers differ in the scale of their logits, so each has a calibration of
its own, fitted by ``training/support.py`` on judged sentences (``docs/grounding.md``). A small verifier judges well
what was cut from the article's sentences, and cannot judge other words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from standfirst.language.en.analysis import Analysis
from standfirst.language.words import Word
from standfirst_models.catalog import EMBEDDED_VERIFIER

#: The largest absolute logit of a verifier that counts.
_MAX_LOGIT = 8.0


@dataclass(frozen=True, slots=True)
class Features:
    """The features of a claim.

    ``triples`` is the share of its word triples that the evidence has, from 0 to 1. ``verifier`` is the verifier's
    logit, from -8 to 8.
    """

    triples: float
    verifier: float


@dataclass(frozen=True, slots=True)
class Reading:
    """How a verifier's reading of claims of one sort is understood.

    ``weights`` and ``bias`` are those of a logistic model of the features: they give log odds. A claim is backed from
    the support ``backed_from`` on, and not backed up to ``not_backed_to``; in between this verifier cannot tell.
    """

    weights: Features
    bias: float
    backed_from: float
    not_backed_to: float

    def support(self, features: Features) -> float:
        """Return the probability, from 0 to 1, that a claim with these features is backed."""
        products = (weight * value for weight, value in zip(astuple(self.weights), astuple(features), strict=True))
        return 1 / (1 + math.exp(-self.bias - sum(products)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibration of a verifier: its readings of claims that are cut from a sentence of the article, and of others.

    ``reworded`` is None for a verifier that cannot judge a claim in other words than the sentence's. A verifier reads
    an article of at most ``document_words`` words whole, and of others the parts that share most with the claim.
    """

    cut: Reading
    reworded: Reading | None = None
    document_words: int = 0


#: The calibration of the embedded verifier. It cannot judge other words than the article's.
EMBEDDED = Calibration(Reading(Features(triples=0.33, verifier=0.85), bias=-0.74, backed_from=0.55, not_backed_to=0.04))
#: The calibrations of the other verifiers, by their names.
_OTHERS = {
    "reader-110m": Calibration(
        Reading(Features(triples=1.79, verifier=0.96), bias=-1.67, backed_from=0.5, not_backed_to=0.04),
        Reading(Features(triples=0.0, verifier=0.65), bias=0.99, backed_from=0.95, not_backed_to=0.15),
    )
}

#: How a verifier is read that is not calibrated: its logit is taken for the log odds that it is trained to give.
_AS_IT_IS = Reading(Features(triples=0.0, verifier=1.0), bias=0.0, backed_from=0.9, not_backed_to=0.1)
UNCALIBRATED = Calibration(_AS_IT_IS, _AS_IT_IS)


def calibration_of(verifier: str) -> Calibration:
    """Return the calibration of the verifier with this name."""
    return EMBEDDED if verifier == EMBEDDED_VERIFIER else _OTHERS.get(verifier, UNCALIBRATED)


def features(claim: Sequence[Word], evidence: Sequence[Sequence[Word]], logit: float) -> Features:
    """Return the features of a claim, given its words, those of each sentence of its evidence, and the logit."""
    here = _triples(claim)
    there = frozenset[tuple[str, ...]]().union(*(_triples(words) for words in evidence))
    return Features(
        triples=len(here & there) / len(here) if here else 0.0,
        verifier=max(-_MAX_LOGIT, min(_MAX_LOGIT, logit)),
    )


def likeness(claim: Analysis, sentence: Analysis) -> float:
    """Return the share, 0 to 1, of the claim's content words and numbers that the sentence has in the same order."""
    here, there = _counted(claim.unified_words), _counted(sentence.unified_words)
    return _longest_common(here, there) / len(here) if here else 0.0


def _counted(words: Sequence[Word]) -> list[str]:
    return [word.stem for word in words if word.is_content or word.is_number]


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
