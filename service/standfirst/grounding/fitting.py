"""Fitting the calibration of a verifier to sentences that people judged.

A reading is fitted to the claims that are cut from a sentence, and one to those in other words. The method is ridge
logistic regression by Newton's method; of claims in other words the only feature is the verifier's logit, because
likeness of wording is no evidence there. The bounds of a reading come from ten-fold cross-validation by article: a
claim is backed from the least support on at which 95 % are backed, and not backed up to the greatest at which 95 % are
not. The sentences weigh as if two of three were true.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from standfirst.domain.article import Article
from standfirst.grounding.index import Grounding
from standfirst.grounding.review import Verify
from standfirst.grounding.support import Features, Reading

#: The ridge penalty, which keeps weights small where there are few sentences.
_RIDGE = 1.0
#: The share of true sentences for which support is fitted: in the summaries of news that people judged it is 0.75
#: (CNN/DailyMail) and 0.47 (XSum).
_TRUE = 2 / 3
#: The share of what is found backed, and of what is found not backed, that must be so: among these sentences, and where
#: two of three are true.
_RIGHT, _RIGHT_OF_TYPICAL = 0.95, 0.9
#: The support that says nothing either way.
_EVEN = 0.5
#: The least number of sentences from which a bound is taken.
_LEAST = 20
_FOLDS = 10
#: The features that count in each reading: both for a claim that is cut, the logit alone for one in other words.
_OF_CUT, _OF_REWORDED = Features(1.0, 1.0), Features(0.0, 1.0)

#: An article, and sentences about it with whether the article backs them.
JudgedArticle = tuple[Article, Sequence[tuple[str, bool]]]


@dataclass(frozen=True, slots=True)
class Judged:
    """Judged sentences that their articles do not have word for word, and in which no check finds a problem.

    ``cut`` says whether a sentence is cut from one of the article; ``folds`` are those of the articles. *Shape:*
    ``[sentences, features]`` and ``[sentences]``.
    """

    features: NDArray[np.float64]
    labels: NDArray[np.bool_]
    cut: NDArray[np.bool_]
    folds: NDArray[np.int64]

    def part(self, chosen: NDArray[np.bool_]) -> Judged:
        """Return the sentences that are ``chosen``."""
        return Judged(self.features[chosen], self.labels[chosen], self.cut[chosen], self.folds[chosen])


@dataclass(frozen=True, slots=True)
class Fit:
    """A reading, the judged sentences that it was fitted to, and the support of each by weights of the other folds."""

    reading: Reading
    judged: Judged
    support: NDArray[np.float64]


async def judge(articles: Iterable[JudgedArticle], grounding: Grounding, verify: Verify) -> Judged:
    """Return the judged sentences of ``articles``, with what a verifier makes of them. Raises what ``verify`` raises.

    A sentence in which a check finds a problem is left out, because the check decides it.
    """
    # With a reading of claims in other words there are pairs to read for them.
    read_all = replace(grounding.calibration, reworded=grounding.calibration.cut)
    reading = replace(grounding, calibration=read_all)
    features, labels, cut, folds = [], [], [], []
    for article, sentences in articles:
        index = reading.index(article)
        for text, label in sentences:
            findings = await verify(index.pairs(text))
            if findings and index.judge(text, findings).reason in (None, "support"):
                features.append(astuple(index.features(text, findings)))
                labels.append(label)
                cut.append(index.is_cut(text))
                folds.append(_fold(article))
    return Judged(
        np.array(features).reshape(len(features), len(astuple(_OF_CUT))),
        np.array(labels, dtype=np.bool_),
        np.array(cut, dtype=np.bool_),
        np.array(folds, dtype=np.int64),
    )


def _fold(article: Article) -> int:
    """Return the fold of ``article``. It depends on the beginning only, so that copies share a fold."""
    return zlib.crc32(article.text[:400].encode()) % _FOLDS


def fit_readings(judged: Judged) -> tuple[Fit | None, Fit | None]:
    """Return the fit to the claims that are cut from a sentence, and to those in other words.

    None where there are too few of them, or where at no support enough are backed.
    """
    return _fit_reading(judged.part(judged.cut), _OF_CUT), _fit_reading(judged.part(~judged.cut), _OF_REWORDED)


def _fit_reading(judged: Judged, used: Features) -> Fit | None:
    """Return the fit to ``judged``. ``used`` has 1 for each feature that counts and 0 for the others."""
    if not 0 < judged.labels.sum() < len(judged.labels):
        return None
    # The penalty keeps the weight of a feature that is always zero at zero.
    features, labels = judged.features * np.array(astuple(used)), judged.labels.astype(np.float64)
    odds = np.zeros(len(labels))
    for held_out in np.unique(judged.folds):
        inside = judged.folds == held_out
        if not 0 < labels[~inside].sum() < np.sum(~inside):
            return None
        weights = fit(features[~inside], labels[~inside])
        odds[inside] = features[inside] @ weights[:-1] + weights[-1]
    support = np.asarray(1 / (1 + np.exp(-odds)))
    bounds = _bounds(support, judged.labels)
    if bounds is None:
        return None
    *weight, bias = (round(float(value), 2) for value in fit(features, labels))
    return Fit(Reading(Features(*weight), bias, *bounds), judged, support)


def fit(features: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights, with the bias last, as if two of three sentences were true.

    *Shape:* ``[sentences, features], [sentences] -> [features + 1]``.
    """
    importance = _balance(labels > 0)
    inputs = np.hstack([features, np.ones((len(features), 1))])
    ridge = np.diag([_RIDGE] * features.shape[1] + [0.0])
    weights = np.zeros(inputs.shape[1])
    for _ in range(50):
        predictions = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (importance * (predictions - labels)) + ridge @ weights
        hessian = (inputs * (importance * predictions * (1 - predictions))[:, None]).T @ inputs + ridge
        weights -= np.linalg.solve(hessian, gradient)
    return weights


def _balance(labels: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return a weight for each sentence, 1 on the average: the true ones weigh twice as much as the false ones."""
    share = labels.mean()
    return np.asarray(np.where(labels, _TRUE / share, (1 - _TRUE) / (1 - share)))


def _bounds(support: NDArray[np.float64], labels: NDArray[np.bool_]) -> tuple[float, float] | None:
    """Return the support from which on a claim is backed, and up to which it is not; None if enough are at none."""
    importance = _balance(labels)

    def holds(chosen: NDArray[np.bool_], value: bool) -> bool:
        right = chosen & (labels == value)
        is_right = right.sum() / chosen.sum() >= _RIGHT
        is_right_of_typical = importance[right].sum() / importance[chosen].sum() >= _RIGHT_OF_TYPICAL
        return chosen.sum() >= _LEAST and bool(is_right and is_right_of_typical)

    backed = [bound for bound in np.unique(support) if bound >= _EVEN and holds(support >= bound, True)]
    if not backed:
        return None
    refuted = [bound for bound in np.unique(support) if bound < _EVEN and holds(support <= bound, False)]
    return float(min(backed)), float(max(refuted, default=0.0))
