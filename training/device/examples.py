"""Examples for a reader of pairs: claims beside evidence, in groups that stand in one batch.

A group is of one of three kinds. ``single``: its statements have labels of their own. ``twins``: likewise, and the true
ones must rank above the false ones. ``bag``: one label for all, and a false one says only that some statement is false.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from judgements.corruption import RULES
from judgements.folds import fold_of
from judgements.judged import read_rows
from judgements.shortening import shortened
from training.verifier_examples import EvidenceGatherer, split_claims

#: Sentences of a summary at most.
_CLAIMS = 8
#: How often each rule is tried.
_TRIED = {"hedge": 3.0, "role": 1.5, "fusion": 1.5, "splice": 1.3, "gap": 0.6, "stump": 0.6, "quotation": 0.7}
#: What a set's rows weigh in the loss, where it is not 1: noisy, silver or far from news.
_WEIGHTS = {
    "wikisplit": 0.5,
    "conjnli": 0.7,
    "cad-nli": 0.7,
    "sick": 0.7,
    "mrpc": 0.4,
    "sts-headlines": 0.4,
    "onestop": 0.4,
    "faithjudge-ragtruth": 0.7,
    "propsegment-dev": 0.7,
    "bump": 2.0,
    "factcg-doc": 1.5,
    "defacto": 1.2,
    "fib-xsum": 0.5,
    "cliff-cnndm": 2.0,
    "frank-cnndm": 2.0,
    "polytope-cnndm": 1.5,
    "rank19-cnndm_sentence": 1.5,
}
#: Sets in which every row is true, so that false twins must be made; and how many of their rows are taken.
_ALL_TRUE = {"wikisplit": 9000, "onestop": 4300}
_LEFT_OUT = frozenset({"onestop-texts", "fib-cnndm", "goyal21-cnndm", "goyal21-xsum"})


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim beside its evidence; ``label`` is None where only its bag's is known.

    ``changed`` are the characters that make it false; with ``marked`` all others are known to be sound.
    """

    evidence: str
    claim: str
    label: bool | None
    changed: tuple[tuple[int, int], ...] = ()
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Statements that stand in one batch; ``fold``, from 0 to 99, is the article's."""

    kind: str
    statements: tuple[Statement, ...]
    origin: str
    fold: int
    weight: float = 1.0


def corrupted(claim: str, article: Sequence[str], random: Random, most: int) -> list[tuple[str, tuple[Any, ...]]]:
    """Return up to ``most`` falsehoods made of ``claim`` by rules of different kinds, with the changed characters."""
    names = list(RULES)
    found: list[tuple[str, tuple[Any, ...]]] = []
    order = sorted(names, key=lambda name: random.random() ** (1 / _TRIED.get(name, 1.0)), reverse=True)
    for name in order:
        if len(found) == most:
            break
        false = RULES[name](claim, article, random)
        if false is not None and false.text != claim:
            found.append((false.text, false.changed))
    return found


def with_falsehoods(
    evidence: str, claim: str, article: Sequence[str], origin: str, fold: int, weight: float, random: Random, most: int
) -> Group:
    """Return the twins of a true ``claim`` and what rules make of it."""
    made = corrupted(claim, article, random, most)
    false = [Statement(evidence, text, False, changed, True) for text, changed in made]
    return Group("twins", (Statement(evidence, claim, True, (), True), *false), origin, fold, weight)


def entailment(
    path: Path, gatherer: EvidenceGatherer, random: Random, part: tuple[int, int] = (0, 1)
) -> Iterator[Group]:
    """Yield the groups of the entailment set; of ``part`` (i, n) only each n-th premise, from the i-th."""
    by_premise: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    taken: dict[str, int] = defaultdict(int)
    for row in read_rows(path):
        name = row["dataset"]
        if name in _LEFT_OUT:
            continue
        taken[name] += 1
        if name in _ALL_TRUE and taken[name] > _ALL_TRUE[name]:
            continue
        by_premise[name, row.get("premise") or row["article"]].append(row)
    for index, ((name, premise), rows) in enumerate(by_premise.items()):
        if index % part[1] != part[0]:
            continue
        fold, weight = fold_of(premise), _WEIGHTS.get(name, 1.0)
        if name == "faithjudge-ragtruth":
            for row in rows:
                yield from _summary(row["article"], row["summary"], bool(row["label"]), name, weight, gatherer, random)
        elif name in _ALL_TRUE:
            for row in rows[:2]:
                yield with_falsehoods(premise, row["hypothesis"], [premise], name, fold, weight, random, 2)
        else:
            found = []
            for row in rows:
                claim = row.get("hypothesis") or row["summary"]
                evidence = premise if "premise" in row else gatherer.pair(premise, claim).evidence
                found.append(Statement(evidence, claim, bool(row["label"])))
            random.shuffle(found)
            for start in range(0, len(found), 8):
                some = tuple(found[start : start + 8])
                yield Group("twins" if len({s.label for s in some}) == 2 else "single", some, name, fold, weight)


def _summary(
    article: str, summary: str, label: bool, origin: str, weight: float, gatherer: EvidenceGatherer, random: Random
) -> Iterator[Group]:
    fold = fold_of(article)
    claims = split_claims(summary)[:_CLAIMS]
    evidence = [gatherer.pair(article, claim).evidence for claim in claims]
    if not label:
        known = False if len(claims) == 1 else None
        statements = tuple(Statement(e, c, known) for e, c in zip(evidence, claims, strict=True))
        yield Group("single" if len(claims) == 1 else "bag", statements, origin, fold, weight)
        return
    for passage, claim in zip(evidence, claims, strict=True):
        if random.random() < 0.5:
            yield with_falsehoods(passage, claim, gatherer.sentences(article), origin, fold, weight, random, 1)
        else:
            yield Group("single", (Statement(passage, claim, True),), origin, fold, weight)


def judged(path: Path, gatherer: EvidenceGatherer, random: Random, part: tuple[int, int] = (0, 1)) -> Iterator[Group]:
    """Yield the groups of the summaries that people judged; of ``part`` (i, n) only each n-th article."""
    by_article: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in read_rows(path):
        name = f"{row['dataset']}-{row['origin']}"
        if name not in _LEFT_OUT:
            by_article[name, row["article"]].append(row)
    for index, ((name, article), rows) in enumerate(by_article.items()):
        if index % part[1] != part[0]:
            continue
        fold, weight = fold_of(article), _WEIGHTS.get(name, 1.0)
        short = [(row, claims) for row in rows if len(claims := split_claims(row["summary"])) == 1]
        statements = [
            Statement(gatherer.pair(article, claims[0]).evidence, claims[0], bool(int(row["label"])))
            for row, claims in short
        ]
        for start in range(0, len(statements), 8):
            some = tuple(statements[start : start + 8])
            yield Group("twins" if len({s.label for s in some}) == 2 else "single", some, name, fold, weight)
        for row in rows:
            if len(split_claims(row["summary"])) > 1:
                label = bool(int(row["label"]))
                yield from _summary(article, row["summary"], label, name, weight, gatherer, random)


def sentences_judged(path: Path, gatherer: EvidenceGatherer) -> Iterator[Group]:
    """Yield single sentences with labels of people's (QAGS's form), for choosing only: fold -1."""
    for row in read_rows(path):
        name = "dev-" + str(row["id"]).partition("-")[0]
        for sentence in row["sentences"]:
            pair = gatherer.pair(row["article"], sentence["text"])
            statement = Statement(pair.evidence, pair.claim, bool(sentence["supported"]))
            yield Group("single", (statement,), name, -1)


def highlights(path: Path, gatherer: EvidenceGatherer, random: Random) -> Iterator[Group]:
    """Yield highlights and shortened sentences of ``path`` with falsehoods made of them, for choosing only: fold -1."""
    for row in read_rows(path):
        article = row["article"]
        sentences = gatherer.sentences(article)
        claims = [("dev-highlight", claim) for claim in split_claims(row["reference"])]
        fitting = [sentence for sentence in sentences if 8 <= len(sentence.split()) <= 40]
        some = random.sample(fitting, min(2, len(fitting)))
        claims += [("dev-cut", shortened(sentence, random) or sentence) for sentence in some]
        for origin, claim in claims:
            evidence = gatherer.pair(article, claim).evidence
            yield with_falsehoods(evidence, claim, sentences, origin, -1, 1.0, random, 2)
