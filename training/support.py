"""Fit the weights of the support's features on sentences that people judged.

    python -m training.support JUDGED.jsonl

JUDGED is as for ``benchmarks.grounding``. The method is ridge logistic regression by Newton's method. Prints the
weights for ``grounding/support.py``, and the AUC of each group in ten-fold cross-validation by article.
"""

from __future__ import annotations

import sys
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from judgements.judged import auc, open_grounding, open_verifier, read_rows
from standfirst.grounding.support import Features
from standfirst.reading.text import read_text
from training.verifier_examples import fold_of

#: The ridge penalty, which keeps weights small where a group has few sentences.
_RIDGE = 1.0


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


def main() -> None:
    """Fit on all sentences and print the weights, then cross-validate."""
    verifier, grounding = open_verifier(), open_grounding()
    rows, labels, groups, folds = [], [], [], []
    for row in read_rows(Path(sys.argv[1])):
        index = grounding.index(read_text(row["article"]))
        for sentence in row["sentences"]:
            pair = index.pair(sentence["text"])
            if pair is None:
                continue  # a sentence of the article itself needs no verifier
            (finding,) = verifier.verify([pair], lambda: False)
            rows.append(astuple(index.features(sentence["text"], finding)))
            labels.append(float(bool(sentence["supported"])))
            groups.append(str(row["id"]).partition("-")[0])
            folds.append(fold_of(row["article"]) % 10)
    features, truth, group, fold = np.array(rows), np.array(labels), np.array(groups), np.array(folds)
    for name, weight in zip([*(field.name for field in fields(Features)), "bias"], fit(features, truth), strict=True):
        print(f"{name:10} {weight:.2f}")
    logits = np.zeros(len(features))
    for held_out in np.unique(fold):
        weights = fit(features[fold != held_out], truth[fold != held_out])
        logits[fold == held_out] = features[fold == held_out] @ weights[:-1] + weights[-1]
    for name in np.unique(group):
        inside = group == name
        print(f"{name}: AUC {auc(list(zip(logits[inside], truth[inside] > 0, strict=True))):.3f}")


if __name__ == "__main__":
    main()
