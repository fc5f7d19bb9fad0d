"""Readers side by side: the embedded verifier and one trained by ``training.device``, on what neither was trained on.

    python -m benchmarks.readers DATA --base FOLDER --adapter PIECE [PIECE ...]

DATA has ``faithfulness-dev``, ``cnndm-dev`` (``.jsonl``) and ``entailment-train`` (``.jsonl.gz``, of which the articles
that training holds out are read). Every reader gets the same evidence, and no check is asked: this is what the readers
themselves can tell. "pass" is the share of true claims above all but 5 % of the false ones. Intervals are 95 % of 1,000
resamplings of articles.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load, load_file
from tokenizers import Tokenizer

from benchmarks.grounding import open_verifier
from standfirst_models.verifier import Pair
from training.device.examples import Group, highlights, sentences_judged, with_falsehoods
from training.device.measures import auc, judge, let_pass
from training.device.prepare import Encoded
from training.device.reader import Reader
from training.device.store import Store
from training.device.train import HELD_OUT
from training.verification_examples import Gatherer, fold_of, read_rows, split_claims

_RESAMPLES = 1000
_PARAPHRASES = Path(__file__).with_name("paraphrases.jsonl")
Measure = Callable[[NDArray[np.float32], NDArray[np.float32]], float]


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims of one origin with what a reader made of them; ``articles`` says which are of one article."""

    labels: NDArray[np.bool_]
    articles: NDArray[np.int64]
    logits: Mapping[str, NDArray[np.float32]]

    def interval(self, reader: str, measure: Measure) -> str:
        """Return the measure and its interval."""
        random = np.random.default_rng(0)
        rows = [np.flatnonzero(self.articles == article) for article in np.unique(self.articles)]
        logits = self.logits[reader]

        def of(chosen: NDArray[np.int64]) -> float:
            labels = self.labels[chosen]
            return measure(logits[chosen][labels], logits[chosen][~labels])

        drawn = [np.concatenate([rows[i] for i in random.integers(0, len(rows), len(rows))]) for _ in range(_RESAMPLES)]
        low, high = np.nanpercentile([of(chosen) for chosen in drawn], [2.5, 97.5])
        return f"{of(np.arange(len(logits))):.3f} ({low:.3f} to {high:.3f})"


def language_models(path: Path, gatherer: Gatherer, random: Random) -> Iterator[Group]:
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


def by_adapter(base: Path, pieces: Sequence[Path], groups: Sequence[Group], budget: int) -> NDArray[np.float32]:
    """Return the logits of the reader of ``base`` and ``pieces`` for all statements of ``groups``."""
    config = json.loads((base / "config.json").read_text())
    adapter = load(b"".join(piece.read_bytes() for piece in sorted(pieces)))
    rank = next(value.shape[1] for name, value in adapter.items() if name.endswith("#up"))
    reader = Reader(config, rank, "overlap.weight" in adapter)
    reader.load_base(load_file(base / "model.safetensors"), torch.float32)
    reader.load_adapter(adapter)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    encoded = Encoded()
    for group in groups:
        encoded.add(group, tokenizer)
    store = Store(encoded.arrays(), reader.layout, torch.device("cpu"))
    return judge(reader, store, np.arange(len(groups)), budget).claims


def by_verifier(groups: Sequence[Group]) -> NDArray[np.float32]:
    """Return the logits of the embedded verifier for all statements of ``groups``."""
    pairs = [Pair(statement.evidence, statement.claim) for group in groups for statement in group.statements]
    return np.array([finding.logit for finding in open_verifier().verify(pairs, lambda: False)], dtype=np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare readers.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--adapter", type=Path, nargs="+", required=True)
    parser.add_argument("--of-each", type=int, default=400, help="groups of each origin")
    parser.add_argument("--budget", type=int, default=4096, help="tokens at a time")
    given = parser.parse_args()
    gatherer, random = Gatherer(), Random(7)
    groups = list(sentences_judged(given.data / "faithfulness-dev.jsonl", gatherer))
    groups += sentences_judged(_PARAPHRASES, gatherer)
    groups += highlights(given.data / "cnndm-dev.jsonl", gatherer, random)
    groups += language_models(given.data / "entailment-train.jsonl.gz", gatherer, random)
    groups = sampled(groups, given.of_each, random)
    statements = [(group, statement) for group in groups for statement in group.statements]
    logits: dict[str, NDArray[np.float32]] = {}
    readers: dict[str, Callable[[], NDArray[np.float32]]] = {
        "embedded": lambda: by_verifier(groups),
        "adapter": lambda: by_adapter(given.base, given.adapter, groups, given.budget),
    }
    for name, of in readers.items():
        started = time.perf_counter()
        logits[name] = of()
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
