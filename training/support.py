"""Fit the calibration of a verifier on sentences that people judged.

    python -m training.support JUDGED.jsonl [--verifier NAME] [--alone]

JUDGED is as for ``benchmarks.grounding``. The method is ridge logistic regression by Newton's method. Prints the
weights for ``grounding/support.py``, and then, from ten-fold cross-validation by article: the least threshold at which
95 % of what passes is backed, the AUC of each group, and what passes at that threshold. A sentence in which a check
finds a problem does not pass. With ``--alone`` a second model is fitted, of the verifier's logit alone, and the support
is the greater of the two probabilities.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from judgements.judged import auc, open_grounding, open_verifier, read_rows
from standfirst.grounding.support import Features
from standfirst.reading.text import read_text
from standfirst_models.catalog import EMBEDDED_VERIFIER
from standfirst_models.protocols.verifier import Verifier
from training.verifier_examples import fold_of

#: The ridge penalty, which keeps weights small where a group has few sentences.
_RIDGE = 1.0
#: The share of what passes that must be backed.
_BACKED = 0.95
_FOLDS = 10
_NAMES = [field.name for field in fields(Features)]


@dataclass(frozen=True, slots=True)
class Judged:
    """Judged sentences that their articles do not have word for word.

    ``refused`` says whether a check finds a problem; ``folds`` are those of the articles. *Shape:* ``[sentences,
    features]`` and ``[sentences]``.
    """

    features: NDArray[np.float64]
    labels: NDArray[np.float64]
    groups: NDArray[np.str_]
    folds: NDArray[np.int64]
    refused: NDArray[np.bool_]


def judge(path: Path, verifier: Verifier) -> Judged:
    """Return the judged sentences in the file ``path``, with what ``verifier`` and the checks find."""
    grounding = open_grounding()
    rows, labels, groups, folds, refused = [], [], [], [], []
    for row in read_rows(path):
        index = grounding.index(read_text(row["article"]))
        for sentence in row["sentences"]:
            pair = index.pair(sentence["text"])
            if pair is None:
                continue  # a sentence of the article itself needs no verifier
            (finding,) = verifier.verify([pair], lambda: False)
            rows.append(astuple(index.features(sentence["text"], finding)))
            labels.append(float(bool(sentence["supported"])))
            groups.append(str(row["id"]).partition("-")[0])
            folds.append(fold_of(row["article"]) % _FOLDS)
            refused.append(index.judge(sentence["text"], finding).reason not in (None, "support"))
    return Judged(np.array(rows), np.array(labels), np.array(groups), np.array(folds), np.array(refused))


def fit(features: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights, with the bias last. *Shape:* ``[sentences, features], [sentences] -> [features + 1]``."""
    inputs = np.hstack([features, np.ones((len(features), 1))])
    ridge = np.diag([_RIDGE] * features.shape[1] + [0.0])
    weights = np.zeros(inputs.shape[1])
    for _ in range(50):
        predictions = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (predictions - labels) + ridge @ weights
        hessian = (inputs * (predictions * (1 - predictions))[:, None]).T @ inputs + ridge
        weights -= np.linalg.solve(hessian, gradient)
    return weights


def cross_validated(judged: Judged, used: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability of each sentence by weights that are fitted on the other folds. *Shape:* ``[sentences]``.

    Features that are multiplied by 0 in ``used`` get no weight.
    """
    odds = np.zeros(len(judged.labels))
    features = judged.features * used
    for held_out in np.unique(judged.folds):
        inside = judged.folds == held_out
        weights = fit(features[~inside], judged.labels[~inside])
        odds[inside] = features[inside] @ weights[:-1] + weights[-1]
    return np.asarray(1 / (1 + np.exp(-odds)))


def least_threshold(support: NDArray[np.float64], labels: NDArray[np.float64]) -> float:
    """Return the least of the values of ``support`` at which 95 % of what passes is backed; 1 if there is none."""
    return next((float(value) for value in np.unique(support) if labels[support >= value].mean() >= _BACKED), 1.0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit on all sentences and print the calibration, then cross-validate."""
    parser = argparse.ArgumentParser(prog="python -m training.support")
    parser.add_argument("judged", type=Path)
    parser.add_argument("--verifier", default=EMBEDDED_VERIFIER, metavar="NAME")
    parser.add_argument("--alone", action="store_true", help="fit a second model, of the verifier's logit alone")
    options = parser.parse_args(arguments)
    judged = judge(options.judged, open_verifier(options.verifier))
    masks = [np.ones(len(_NAMES))]
    if options.alone:
        masks.append(np.array([float(name == "verifier") for name in _NAMES]))
    for used in masks:
        # The penalty keeps the weight of a feature that is always zero at zero.
        for name, weight in zip([*_NAMES, "bias"], fit(judged.features * used, judged.labels), strict=True):
            print(f"{name:10} {weight:.2f}")
    support = np.max([cross_validated(judged, used) for used in masks], axis=0)
    threshold = least_threshold(support[~judged.refused], judged.labels[~judged.refused])
    print(f"threshold  {threshold:.2f}")
    passes = ~judged.refused & (support >= threshold)
    for group in np.unique(judged.groups):
        inside = judged.groups == group
        true = judged.labels > 0
        print(
            f"{group}: {np.sum(inside & true)} backed, {np.sum(inside & ~true)} not; "
            f"AUC {auc(list(zip(support[inside], true[inside], strict=True))):.3f}; {np.sum(inside & passes)} pass, "
            f"{np.sum(inside & passes & true)} of them backed"
        )


if __name__ == "__main__":
    main()
