"""Training examples for the verifier: summaries that people judged, and sentences that a rule made false.

An example is one or more claims, each with the evidence that the service would gather for it. A summary that was judged
as a whole is one example with several claims, which is true if all of them are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from judgements.corruption import RULES
from judgements.folds import fold_of
from judgements.judged import read_rows
from judgements.shortening import shortened
from standfirst.grounding.evidence import Evidence
from standfirst.grounding.index import Grounding, GroundingIndex
from standfirst.language.words import Lexer
from standfirst.reading.text import read_text
from standfirst_models.protocols.verifier import Finding, Pair

#: The relative frequency of each kind of corruption. Hard kinds are more frequent.
_KINDS = {
    "number": 1.0,
    "date": 1.2,
    "name": 1.3,
    "role": 1.5,
    "quotation": 1.0,
    "negation": 1.0,
    "hedge": 3.0,
    "opposite": 1.3,
    "word": 1.2,
    "fusion": 1.3,
    "splice": 1.5,
    "gap": 1.3,
    "stump": 2.0,
}
#: The most claims of one summary.
_MAX_CLAIMS = 4
_END = re.compile(r"(?<=[.!?][\"”'’)])\s+|(?<=[\w)%’'\"”][.!?])\s+(?=[A-Za-z0-9\"“‘'(])")


@dataclass(frozen=True, slots=True)
class Example:
    """Claims with one label: true if all of them are backed.

    ``false_spans`` are the characters ``(start, end)`` that make a single claim false, where they are known. With
    ``rest_is_true`` all other characters are known to be right. ``fold`` is the article's, from 0 to 99; examples are
    held out by fold. ``origin`` names the dataset or the rule.
    """

    pairs: tuple[Pair, ...]
    label: bool
    origin: str
    fold: int
    false_spans: tuple[tuple[int, int], ...] = ()
    rest_is_true: bool = False


class EvidenceGatherer:
    """A gatherer of evidence that caches the articles it has read."""

    def __init__(self) -> None:
        self._lexer = Lexer()
        self._articles: dict[str, tuple[tuple[str, ...], Evidence]] = {}

    def sentences(self, article: str) -> tuple[str, ...]:
        """Return the article's sentences, each on one line."""
        return self._read(article)[0]

    def pair(self, article: str, claim: str) -> Pair:
        """Return ``claim`` with its evidence."""
        return Pair(self._read(article)[1].gather(self._lexer.words(claim)), claim)

    def _read(self, article: str) -> tuple[tuple[str, ...], Evidence]:
        if article not in self._articles:
            if len(self._articles) > 64:
                self._articles.clear()
            sentences = tuple(" ".join(s.text.split()) for s in read_text(article).sentences)
            self._articles[article] = sentences, Evidence(sentences, self._lexer)
        return self._articles[article]


def judged_examples(path: Path, gatherer: EvidenceGatherer) -> Iterator[Example]:
    """Yield the examples of a file with ``article``, ``summary``, ``label``, ``dataset``, ``origin`` and ``detail``.

    FIB's part on CNN/DailyMail is left out. There, people wrote the true summaries and a model the false ones, so that
    style alone distinguishes them.
    """
    for row in read_rows(path):
        if (row["dataset"], row["origin"]) == ("fib", "cnndm"):
            continue
        claims = split_claims(row["summary"])[:_MAX_CLAIMS]
        pairs = tuple(gatherer.pair(row["article"], claim) for claim in claims)
        label = bool(int(row["label"]))
        spans = () if label or len(claims) > 1 else _annotated_spans(row, claims[0])
        yield Example(pairs, label, f"{row['dataset']}-{row['origin']}", fold_of(row["article"]), spans)


def split_claims(summary: str) -> list[str]:
    """Split a summary of a dataset, which may be tagged, tokenized or in lower case, into sentences."""
    plain = re.sub(r"</?t>", "\n", summary)
    for token, mark in (("-lrb-", "("), ("-rrb-", ")"), ("``", '"'), ("''", '"')):
        plain = plain.replace(token, mark)
    found = [part.strip() for line in plain.split("\n") for part in _END.split(line.strip())]
    return [part for part in found if len(part.split()) >= 3] or [summary.strip()]


def _annotated_spans(row: dict[str, Any], claim: str) -> tuple[tuple[int, int], ...]:
    """Return the characters of ``claim`` that annotators marked as not backed, where the dataset has them."""
    detail = row.get("detail")
    if isinstance(detail, str):
        with suppress(ValueError, SyntaxError):
            detail = ast.literal_eval(detail)
    if not isinstance(detail, dict):
        return ()
    texts: list[str] = []
    if row["dataset"] == "xsumfaith":
        texts = list(detail.get("spans", ()))
    elif row["dataset"] in {"cliff", "goyal21"}:
        texts = list(_strings(detail.get("annotated_span")))
    elif row["dataset"] == "entfa":
        texts = [e["ent"] for e in detail.get("entities", ()) if e["label"].lower().startswith(("non-f", "halluc"))]
    starts = [(claim.lower().find(text.lower()), len(text)) for text in texts if text]
    return tuple((start, start + length) for start, length in starts if start >= 0)


def _strings(value: object) -> Iterator[str]:
    """Yield all strings of a nested list, which may itself be the source code of a list."""
    if isinstance(value, str):
        parsed: object = value
        with suppress(ValueError, SyntaxError):
            parsed = ast.literal_eval(value)
        if isinstance(parsed, str):
            yield value
            return
        value = parsed
    if isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)


def corrupted_examples(
    articles: Sequence[tuple[str, str | None]], gatherer: EvidenceGatherer, grounding: Grounding, random: Random
) -> Iterator[Example]:
    """Yield true and false examples from ``articles``, each a text and the highlights that people wrote, if any.

    True claims are the article's own sentences, shortened or not, and the highlights in which grounding's checks find
    no problem. False claims are corruptions of these. Some are in lower case, like summaries of research datasets.
    """
    for text, highlights in articles:
        sentences = gatherer.sentences(text)
        if len(sentences) < 6:
            continue
        fold = fold_of(text)
        true: list[tuple[str, str]] = []
        if highlights:
            index = grounding.index(read_text(text))
            true += [("highlight", claim) for claim in split_claims(highlights) if _passes_checks(index, claim)]
        candidates = [sentence for sentence in sentences if 7 <= len(sentence.split()) <= 45]
        candidates = random.sample(candidates, min(6, len(candidates)))
        shorter = [short for sentence in candidates if (short := shortened(sentence, random))]
        true += [("shortened", sentence) for sentence in shorter[:1]]
        true += [("verbatim", sentence) for sentence in candidates[:1]]
        for kind, claim in true:
            yield Example((_sometimes_lower(gatherer.pair(text, claim), random),), True, f"rule-{kind}", fold)
            for _ in range(5):
                name = random.choices(list(_KINDS), weights=list(_KINDS.values()))[0]
                false = RULES[name](claim, sentences, random)
                if false is not None and false.text != claim:
                    pair = _sometimes_lower(gatherer.pair(text, false.text), random)
                    yield Example((pair,), False, f"rule-{name}", fold, false.changed, rest_is_true=True)
                    break


def _passes_checks(index: GroundingIndex, claim: str) -> bool:
    return index.judge(claim, [Finding(0.0, (0, 0))]).reason in (None, "support", "wording")


def _sometimes_lower(pair: Pair, random: Random) -> Pair:
    return Pair(pair.evidence.lower(), pair.claim.lower()) if random.random() < 0.15 else pair
