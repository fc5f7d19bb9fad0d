"""Fit the calibration of a verifier on sentences that people judged.

    python -m training.support JUDGED.jsonl [JUDGED.jsonl ...] [--verifier NAME]

JUDGED is as for ``benchmarks.grounding``. Prints the calibration for ``grounding/support.py``: a reading of the claims
that are cut from a sentence, and one of those in other words, if there is one. The method is ridge logistic regression
by Newton's method; of claims in other words the only feature is the verifier's logit, because likeness of wording is no
evidence there. The bounds of a reading come from ten-fold cross-validation by article: a claim is backed from the least
support on at which 95 % are backed, and not backed up to the greatest at which 95 % are not. A sentence in which a
check finds a problem is left out, for the check decides it. Of what models cut from sentences nearly all is true, so
of each article two sentences that a rule makes false and two that a rule shortens are added, and the sentences of a
reading weigh as if two of three were true.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from judgements.corruption import RULES
from judgements.judged import auc, open_grounding, open_verifier, read_rows
from judgements.shortening import shortened
from standfirst.grounding.support import EMBEDDED, Calibration, Features, Reading
from standfirst.reading.text import read_text
from standfirst_models.catalog import EMBEDDED_VERIFIER
from standfirst_models.protocols.verifier import Verifier
from training.verifier_examples import fold_of

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
#: The numbers of true and of false sentences that are made of an article.
_MADE = 2
#: The features that count in each reading: both for a claim that is cut, the logit alone for one in other words.
_OF_CUT, _OF_REWORDED = Features(1.0, 1.0), Features(0.0, 1.0)


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


def judge(paths: Sequence[Path], verifier: Verifier) -> Judged:
    """Return the judged sentences in the files, with what ``verifier`` makes of them."""
    # With a reading of claims in other words there are pairs to read for them.
    grounding = replace(open_grounding(), calibration=Calibration(EMBEDDED.cut, EMBEDDED.cut))
    rows, labels, cut, folds = [], [], [], []
    random = Random(0)
    for row in (row for path in paths for row in read_rows(path)):
        article = read_text(row["article"])
        index = grounding.index(article)
        judged = [(sentence["text"], bool(sentence["supported"])) for sentence in row["sentences"]]
        for text, label in [*judged, *made_by_rule([sentence.text for sentence in article.sentences], random)]:
            findings = verifier.verify(index.pairs(text), lambda: False)
            if findings and index.judge(text, findings).reason in (None, "support"):
                rows.append(astuple(index.features(text, findings)))
                labels.append(label)
                cut.append(index.is_cut(text))
                folds.append(fold_of(row["article"]) % _FOLDS)
    return Judged(np.array(rows), np.array(labels), np.array(cut), np.array(folds))


def made_by_rule(sentences: Sequence[str], random: Random) -> Iterator[tuple[str, bool]]:
    """Yield up to two true and two false sentences that rules make of those of an article."""
    true = (short for text in random.sample(sentences, len(sentences)) if (short := shortened(text, random)))
    rules = random.sample(list(RULES.values()), len(RULES))
    false = (made.text for rule in rules if (made := rule(random.choice(sentences), sentences, random)))
    yield from ((text, True) for text in islice(true, _MADE))
    yield from ((text, False) for text in islice((text for text in false if text not in sentences), _MADE))


def fit(features: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights, with the bias last, as if two of three sentences were true.

    *Shape:* ``[sentences, features], [sentences] -> [features + 1]``.
    """
    importance = balance(labels > 0)
    inputs = np.hstack([features, np.ones((len(features), 1))])
    ridge = np.diag([_RIDGE] * features.shape[1] + [0.0])
    weights = np.zeros(inputs.shape[1])
    for _ in range(50):
        predictions = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (importance * (predictions - labels)) + ridge @ weights
        hessian = (inputs * (importance * predictions * (1 - predictions))[:, None]).T @ inputs + ridge
        weights -= np.linalg.solve(hessian, gradient)
    return weights


def balance(labels: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return a weight for each sentence, 1 on the average: the true ones weigh twice as much as the false ones."""
    share = labels.mean()
    return np.asarray(np.where(labels, _TRUE / share, (1 - _TRUE) / (1 - share)))


def fitted_reading(judged: Judged, used: Features) -> tuple[Reading, NDArray[np.float64]] | None:
    """Return the reading of ``judged``, and the support of each sentence by weights fitted on the other folds.

    ``used`` has 1 for each feature that counts and 0 for the others. Returns None where no support is high enough.
    """
    # The penalty keeps the weight of a feature that is always zero at zero.
    features, labels = judged.features * np.array(astuple(used)), judged.labels.astype(np.float64)
    odds = np.zeros(len(labels))
    for held_out in np.unique(judged.folds):
        inside = judged.folds == held_out
        weights = fit(features[~inside], labels[~inside])
        odds[inside] = features[inside] @ weights[:-1] + weights[-1]
    support = np.asarray(1 / (1 + np.exp(-odds)))
    importance = balance(judged.labels)

    def holds(chosen: NDArray[np.bool_], value: bool) -> bool:
        right = chosen & (judged.labels == value)
        is_right = right.sum() / chosen.sum() >= _RIGHT
        is_right_of_typical = importance[right].sum() / importance[chosen].sum() >= _RIGHT_OF_TYPICAL
        return chosen.sum() >= _LEAST and bool(is_right and is_right_of_typical)

    backed = [bound for bound in np.unique(support) if bound >= _EVEN and holds(support >= bound, True)]
    if not backed:
        return None
    refuted = [bound for bound in np.unique(support) if bound < _EVEN and holds(support <= bound, False)]
    *fitted, bias = (round(float(weight), 2) for weight in fit(features, labels))
    bounds = round(float(min(backed)), 2), round(float(max(refuted, default=0.0)), 2)
    return Reading(Features(*fitted), bias, *bounds), support


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the calibration, and what each of its readings decides."""
    parser = argparse.ArgumentParser(prog="python -m training.support")
    parser.add_argument("judged", type=Path, nargs="+", metavar="JUDGED")
    parser.add_argument("--verifier", default=EMBEDDED_VERIFIER, metavar="NAME")
    options = parser.parse_args(arguments)
    judged = judge(options.judged, open_verifier(options.verifier))
    print("Calibration(")
    for name, part, used in (
        ("cut", judged.part(judged.cut), _OF_CUT),
        ("reworded", judged.part(~judged.cut), _OF_REWORDED),
    ):
        fitted = fitted_reading(part, used)
        if fitted is None:
            print(f"    # {name}: at no support {_RIGHT:.0%} would be backed ({len(part.labels)} sentences)")
            continue
        reading, support = fitted
        backed, refuted = support >= reading.backed_from, support <= reading.not_backed_to
        area = auc(list(zip(support.tolist(), part.labels.tolist(), strict=True)))
        print(f"    {name}={reading},")
        print(
            f"    # {len(part.labels)} sentences, {part.labels.sum()} backed; AUC {area:.3f}; found backed "
            f"{backed.sum()}, of them {part.labels[backed].sum()} are; not backed {refuted.sum()}, "
            f"of them {part.labels[refuted].sum()} are backed"
        )
    print(")")


if __name__ == "__main__":
    main()
