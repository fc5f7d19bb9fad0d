"""Fit the support: what each sign weighs, from sentences that people judged.

    python -m training.support JUDGED.jsonl

JUDGED is as ``benchmarks/grounding.py`` has it. Prints the weights for ``condensing/grounding/support.py``, and the
AUC of each group by weights that were fitted on other articles (ten folds). Ridge logistic regression, by Newton's
method.
"""

from __future__ import annotations

import sys
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from judgements.judged import auc, open_verifier, read_rows
from standfirst.grounding.index import GroundingIndex
from standfirst.grounding.support import Features
from standfirst.reading.text import read_text
from training.verification_examples import fold_of

#: Held against the weights, so that few sentences of one group do not make them wild.
_RIDGE = 1.0


def fitted(signs: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights, the bias last. *Shape:* ``[sentences, signs], [sentences] -> [signs + 1]``."""
    inputs = np.hstack([signs, np.ones((len(signs), 1))])
    ridge = np.diag([_RIDGE] * signs.shape[1] + [0.0])
    weights = np.zeros(inputs.shape[1])
    for _ in range(50):
        likely = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (likely - labels) + ridge @ weights
        curvature = (inputs * (likely * (1 - likely))[:, None]).T @ inputs + ridge
        weights -= np.linalg.solve(curvature, gradient)
    return weights


def main() -> None:
    """Read, fit, print."""
    verifier = open_verifier()
    found, labels, groups, folds = [], [], [], []
    for row in read_rows(Path(sys.argv[1])):
        grounds = GroundingIndex(read_text(row["article"]))
        for sentence in row["sentences"]:
            pair = grounds.pair(sentence["text"])
            if pair is None:
                continue  # the article's own sentence is not weighed
            (finding,) = verifier.verify([pair], lambda: False)
            found.append(astuple(grounds.features(sentence["text"], finding)))
            labels.append(float(bool(sentence["supported"])))
            groups.append(str(row["id"]).partition("-")[0])
            folds.append(fold_of(row["article"]) % 10)
    signs, labelled, group, fold = np.array(found), np.array(labels), np.array(groups), np.array(folds)
    for name, weight in zip(
        [*(field.name for field in fields(Features)), "bias"], fitted(signs, labelled), strict=True
    ):
        print(f"{name:10} {weight:.2f}")
    odds = np.zeros(len(signs))
    for each in np.unique(fold):
        weights = fitted(signs[fold != each], labelled[fold != each])
        odds[fold == each] = signs[fold == each] @ weights[:-1] + weights[-1]
    for name in np.unique(group):
        inside = group == name
        print(f"{name}: AUC {auc(list(zip(odds[inside], labelled[inside] > 0, strict=True))):.3f}")


if __name__ == "__main__":
    main()
