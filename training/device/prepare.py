"""Make the examples of a reader's training ready on a CPU: texts to tokens, in one file of arrays.

    python -m training.device.prepare OUT.npz --data FOLDER --tokenizer tokenizer.json --spacy FOLDER --judged FILE …

FOLDER has ``entailment-train``, ``faithfulness-train``, ``cnndm-train`` (``.jsonl.gz``), ``bbc-news-summary`` and
``cnndm-dev`` (``.jsonl``). ``cnndm-dev`` and the files of judged sentences are for watching the training only. Evidence
is stored once for all claims that share it. Two processes share the work.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np
import spacy
from numpy.typing import NDArray
from tokenizers import Tokenizer

from judgements.judged import read_rows
from training.device.articles import of_article
from training.device.examples import Group, Statement, entailment, highlights, judged, sentences_judged
from training.device.syntax import forms_of
from training.verifier_examples import EvidenceGatherer

#: Tokens of each side at most.
EVIDENCE_TOKENS, CLAIM_TOKENS = 224, 80
KINDS = ("single", "twins", "bag")
_PROCESSES = 2
_TWINS = {"cnndm": 9, "bbc": 6, "xsum": 6}


@dataclass(slots=True)
class Encoded:
    """Groups in tokens, as growing lists; ``arrays`` gives them as they are stored."""

    evidence: list[NDArray[np.uint16]] = field(default_factory=list)
    claims: list[NDArray[np.uint16]] = field(default_factory=list)
    tokens: list[NDArray[np.int8]] = field(default_factory=list)
    where: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    folds: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def add(self, group: Group, tokenizer: Tokenizer) -> None:
        """Add ``group``."""
        for statement in group.statements:
            index = self._seen.get(statement.evidence)
            if index is None:
                ids = tokenizer.encode(statement.evidence, add_special_tokens=False).ids[:EVIDENCE_TOKENS]
                index = self._seen[statement.evidence] = len(self.evidence)
                self.evidence.append(np.array(ids, dtype=np.uint16))
            self.where.append(index)
            self._add_claim(statement, tokenizer)
            self.owners.append(len(self.kinds))
        self.kinds.append(KINDS.index(group.kind))
        self.origins.append(group.origin)
        self.folds.append(group.fold)
        self.weights.append(group.weight)

    def _add_claim(self, statement: Statement, tokenizer: Tokenizer) -> None:
        encoding = tokenizer.encode(statement.claim, add_special_tokens=False)
        rest = 1 if statement.marked else -1
        known = [
            0 if any(start < b and a < end for start, end in statement.changed) else rest
            for a, b in encoding.offsets[:CLAIM_TOKENS]
        ]
        self.claims.append(np.array(encoding.ids[:CLAIM_TOKENS], dtype=np.uint16))
        self.tokens.append(np.array(known, dtype=np.int8))
        self.labels.append(-1 if statement.label is None else int(statement.label))

    def join(self, other: Encoded) -> None:
        """Add what ``other`` has."""
        evidence, groups = len(self.evidence), len(self.kinds)
        for name in ("evidence", "claims", "tokens", "labels", "kinds", "origins", "folds", "weights"):
            getattr(self, name).extend(getattr(other, name))
        self.where.extend(index + evidence for index in other.where)
        self.owners.extend(index + groups for index in other.owners)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays, texts of tokens laid end to end with their lengths."""
        names, origins = np.unique(np.array(self.origins), return_inverse=True)
        return {
            "evidence": np.concatenate(self.evidence),
            "evidence_lengths": np.array([len(ids) for ids in self.evidence], dtype=np.uint16),
            "claims": np.concatenate(self.claims),
            "claim_lengths": np.array([len(ids) for ids in self.claims], dtype=np.uint16),
            "tokens": np.concatenate(self.tokens),
            "where": np.array(self.where, dtype=np.int32),
            "labels": np.array(self.labels, dtype=np.int8),
            "owners": np.array(self.owners, dtype=np.int32),
            "kinds": np.array(self.kinds, dtype=np.int8),
            "origins": origins.astype(np.int16),
            "names": names,
            "folds": np.array(self.folds, dtype=np.int8),
            "weights": np.array(self.weights, dtype=np.float32),
        }


def groups(data: Path, watched: Sequence[Path], model: Path, part: tuple[int, int], minutes: float) -> Iterator[Group]:
    """Yield the groups of ``part`` (i, n), those of articles in random order until ``minutes`` have passed."""
    deadline = time.monotonic() + 60 * minutes
    gatherer, random = EvidenceGatherer(), Random(part[0])
    yield from entailment(data / "entailment-train.jsonl.gz", gatherer, random, part)
    yield from judged(data / "faithfulness-train.jsonl.gz", gatherer, random, part)
    if part[0] == 0:
        for path in watched:
            yield from sentences_judged(path, gatherer)
        yield from highlights(data / "cnndm-dev.jsonl", gatherer, random)
    language = spacy.load(model)
    articles = [(row["article"], row["reference"], "cnndm") for row in read_rows(data / "cnndm-train.jsonl.gz")]
    articles += [(row["text"], None, "bbc") for row in read_rows(data / "bbc-news-summary.jsonl")]
    seen = {row["article"] for row in read_rows(data / "faithfulness-train.jsonl.gz") if row["origin"] == "xsum"}
    articles += [(text, None, "xsum") for text in sorted(seen)]
    Random(0).shuffle(articles)
    mine = articles[part[0] :: part[1]]
    some = [text for article, _, _ in mine[:250] for text in gatherer.sentences(article)[:12]]
    forms = forms_of(language.pipe(some))
    print(f"part {part[0]}: articles, {len(forms.seen)} forms", flush=True)
    for article, reference, origin in mine:
        if time.monotonic() > deadline:
            break
        yield from of_article(article, reference, origin, _TWINS[origin], language, forms, gatherer, random)


def _encode(job: tuple[Path, list[Path], Path, Path, tuple[int, int], float]) -> Encoded:
    data, watched, model, vocabulary, part, minutes = job
    gc.freeze()
    tokenizer = Tokenizer.from_file(str(vocabulary))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    encoded = Encoded()
    started = time.monotonic()
    for index, group in enumerate(groups(data, watched, model, part, minutes)):
        encoded.add(group, tokenizer)
        if index % 10_000 == 0:
            print(f"part {part[0]}: {index} groups, {time.monotonic() - started:.0f} s", flush=True)
    return encoded


def summary_of(arrays: dict[str, NDArray[np.generic]]) -> Iterable[str]:
    """Yield a line of counts for each origin: groups, statements, of them true and false, tokens."""
    lengths = arrays["evidence_lengths"][arrays["where"]].astype(np.int64) + arrays["claim_lengths"]
    of_statement = arrays["origins"][arrays["owners"]]
    for index, name in enumerate(arrays["names"]):
        inside = of_statement == index
        labels = arrays["labels"][inside]
        yield (
            f"{name!s:24} {int((arrays['origins'] == index).sum()):7} groups {int(inside.sum()):7} statements "
            f"{int((labels == 1).sum()):7} true {int((labels == 0).sum()):7} false "
            f"{int(lengths[inside].sum()):9} tokens"
        )


def main() -> None:
    """Read, encode in processes, and write the arrays."""
    parser = argparse.ArgumentParser(description="Make the examples of a reader's training ready.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--spacy", type=Path, required=True)
    parser.add_argument("--judged", type=Path, nargs="+", default=[], help="judged sentences to watch")
    parser.add_argument("--minutes", type=float, default=60, help="how long twins are made of articles")
    options = parser.parse_args()
    common = (options.data, options.judged, options.spacy, options.tokenizer)
    jobs = [(*common, (i, _PROCESSES), options.minutes) for i in range(_PROCESSES)]
    with get_context("spawn").Pool(_PROCESSES) as pool:
        whole, *others = pool.map(_encode, jobs)
    for other in others:
        whole.join(other)
    arrays = whole.arrays()
    for line in summary_of(arrays):
        print(line)
    print(f"{sum(array.nbytes for array in arrays.values()) / 2**20:.0f} MiB")
    np.savez(options.out, **arrays)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
