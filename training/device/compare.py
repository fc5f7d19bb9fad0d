"""Compare verifiers on claims that none of them was trained on.

    python -m training.device.compare DATA [VERIFIER ...]

DATA has ``faithfulness-dev`` and ``cnndm-dev`` (``.jsonl``), and ``entailment-train`` (``.jsonl.gz``), of which the
articles that training holds out are read. Every verifier gets the same evidence and no check runs: this is what the
verifiers can tell by themselves. "pass" is the share of true claims above all but 5 % of the false ones. Intervals are
95 % of 1,000 resamplings of articles.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from judgements.folds import HELD_OUT, fold_of
from judgements.judged import PARAPHRASES, open_verifier, read_rows
from standfirst_models.catalog import EMBEDDED_VERIFIER
from standfirst_models.protocols.verifier import Pair
from training.device.examples import Group, highlights, sentences_judged, with_falsehoods
from training.device.measures import auc, let_pass
from training.verifier_examples import EvidenceGatherer, split_claims

_RESAMPLES = 1000
Measure = Callable[[NDArray[np.float32], NDArray[np.float32]], float]


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims of one origin with what each verifier makes of them; ``articles`` says which are of one article."""

    labels: NDArray[np.bool_]
    articles: NDArray[np.int64]
    logits: Mapping[str, NDArray[np.float32]]

    def interval(self, verifier: str, measure: Measure) -> str:
        """Return the measure and its interval."""
        random = np.random.default_rng(0)
        rows = [np.flatnonzero(self.articles == article) for article in np.unique(self.articles)]
        logits = self.logits[verifier]

        def of(chosen: NDArray[np.int64]) -> float:
            labels = self.labels[chosen]
            return measure(logits[chosen][labels], logits[chosen][~labels])

        drawn = [np.concatenate([rows[i] for i in random.integers(0, len(rows), len(rows))]) for _ in range(_RESAMPLES)]
        low, high = np.nanpercentile([of(chosen) for chosen in drawn], [2.5, 97.5])
        return f"{of(np.arange(len(logits))):.3f} ({low:.3f} to {high:.3f})"


def language_models(path: Path, gatherer: EvidenceGatherer, random: Random) -> Iterator[Group]:
    """Yield sentences of consistent summaries by language models, of held-out articles, and falsehoods made of them."""
    for row in read_rows(path):
        fold = fold_of(row["article"]) if row["dataset"] == "faithjudge-ragtruth" else HELD_OUT
        if fold >= HELD_OUT or not row["label"]:
            continue
        for claim in split_claims(row["summary"]):
            evidence = gatherer.pair(row["article"], claim).evidence
            sentences = gatherer.sentences(row["article"])
            yield with_falsehoods(evidence, claim, sentences, "dev-llm", fold, 1.0, random, 1)


def sampled(groups: Sequence[Group], most: int, random: Random) -> list[Group]:
    """Return up to ``most`` groups of each origin."""
    found: dict[str, list[Group]] = {}
    for group in random.sample(groups, len(groups)):
        if len(found.setdefault(group.origin, [])) < most:
            found[group.origin].append(group)
    return [group for of_one in found.values() for group in of_one]


def logits_of(name: str, groups: Sequence[Group]) -> NDArray[np.float32]:
    """Return the logits of the verifier ``name`` for all statements of ``groups``."""
    pairs = [Pair(statement.evidence, statement.claim) for group in groups for statement in group.statements]
    findings = open_verifier(name).verify(pairs, lambda: False)
    return np.array([finding.logit for finding in findings], dtype=np.float32)


def main() -> None:
    """Score the claims with each verifier and print the table."""
    parser = argparse.ArgumentParser(description="Compare verifiers.")
    parser.add_argument("data", type=Path)
    parser.add_argument("verifiers", nargs="*", default=[EMBEDDED_VERIFIER, "reader-110m"], metavar="VERIFIER")
    parser.add_argument("--of-each", type=int, default=400, help="groups of each origin")
    options = parser.parse_args()
    gatherer, random = EvidenceGatherer(), Random(7)
    groups = list(sentences_judged(options.data / "faithfulness-dev.jsonl", gatherer))
    groups += sentences_judged(PARAPHRASES, gatherer)
    groups += highlights(options.data / "cnndm-dev.jsonl", gatherer, random)
    groups += language_models(options.data / "entailment-train.jsonl.gz", gatherer, random)
    groups = sampled(groups, options.of_each, random)
    statements = [(group, statement) for group in groups for statement in group.statements]
    logits: dict[str, NDArray[np.float32]] = {}
    for name in options.verifiers:
        started = time.perf_counter()
        logits[name] = logits_of(name, groups)
        print(f"{name}: {1000 * (time.perf_counter() - started) / len(statements):.0f} ms a claim", flush=True)
    origins = np.array([group.origin for group, _ in statements])
    # Two claims of one article share the beginning of their evidence most often; a group is of one article in any case.
    _, articles = np.unique([statement.evidence[:60] for _, statement in statements], return_inverse=True)
    labels = np.array([bool(statement.label) for _, statement in statements])
    for origin in np.unique(origins):
        inside = origins == origin
        claims = Claims(labels[inside], articles[inside], {name: values[inside] for name, values in logits.items()})
        print(f"{origin}: {int(claims.labels.sum())} true, {int((~claims.labels).sum())} false")
        for name in logits:
            print(f"  {name:10} AUC {claims.interval(name, auc)}   pass {claims.interval(name, let_pass)}", flush=True)


if __name__ == "__main__":
    main()
