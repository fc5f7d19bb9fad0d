"""Examples for the verifier: summaries that people judged, and sentences of articles made false by rule.

Each is one or more claims, every one with the evidence that the service would gather for it. A summary of several
sentences that was judged as a whole is one example of several claims: it stands if all of them do.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from judgements.corruption import RULES, shortened
from judgements.judged import read_rows
from standfirst.grounding.evidence import Evidence
from standfirst.grounding.index import GroundingIndex
from standfirst.language.words import Lexer
from standfirst.reading.text import read_text
from standfirst_models.protocols.verifier import Finding, Pair

#: How often each kind of corruption is tried: the hard kinds more.
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
#: Claims of one summary at most.
_CLAIMS = 4
_END = re.compile(r"(?<=[.!?][\"”'’)])\s+|(?<=[\w)%’'\"”][.!?])\s+(?=[A-Za-z0-9\"“‘'(])")


@dataclass(frozen=True, slots=True)
class Example:
    """Claims that stand or fall together.

    ``changed`` are the characters of the single claim that make it false, as (start, end), where they are known; with
    ``only`` every other character is known to be sound. ``fold``, from 0 to 99, is the article's: what is held out is
    held out by article. ``origin`` names where the example is from.
    """

    pairs: tuple[Pair, ...]
    label: bool
    origin: str
    fold: int
    changed: tuple[tuple[int, int], ...] = ()
    only: bool = False


def fold_of(article: str) -> int:
    """The fold of an article, by its beginning, so that two copies of it have the same."""
    return int(hashlib.sha256(re.sub(r"\W", "", article[:400].lower()).encode()).hexdigest(), 16) % 100


class Gatherer:
    """Gathers the evidence of many claims, and keeps the articles that it has read last."""

    def __init__(self) -> None:
        self._lexer = Lexer()
        self._read: dict[str, tuple[tuple[str, ...], Evidence]] = {}

    def sentences(self, article: str) -> tuple[str, ...]:
        """The article's sentences, each on one line."""
        return self._known(article)[0]

    def pair(self, article: str, claim: str) -> Pair:
        """``claim`` with its evidence."""
        return Pair(self._known(article)[1].gather(self._lexer.words(claim)), claim)

    def _known(self, article: str) -> tuple[tuple[str, ...], Evidence]:
        if article not in self._read:
            if len(self._read) > 64:
                self._read.clear()
            sentences = tuple(" ".join(s.text.split()) for s in read_text(article).sentences)
            self._read[article] = sentences, Evidence(sentences, self._lexer)
        return self._read[article]


def judged(path: Path, gatherer: Gatherer) -> Iterator[Example]:
    """The summaries of ``path`` (``article``, ``summary``, ``label``, ``dataset``, ``origin``, ``detail``).

    Left out is what FIB says of CNN/DailyMail: its true summaries are people's and its false ones a model's, so that
    style alone tells them apart.
    """
    for row in read_rows(path):
        if (row["dataset"], row["origin"]) == ("fib", "cnndm"):
            continue
        claims = split_claims(row["summary"])[:_CLAIMS]
        pairs = tuple(gatherer.pair(row["article"], claim) for claim in claims)
        label = bool(int(row["label"]))
        changed = () if label or len(claims) > 1 else _marked(row, claims[0])
        yield Example(pairs, label, f"{row['dataset']}-{row['origin']}", fold_of(row["article"]), changed)


def split_claims(summary: str) -> list[str]:
    """The sentences of a summary as datasets have them: tagged, tokenized, lowercased."""
    plain = re.sub(r"</?t>", "\n", summary)
    for token, mark in (("-lrb-", "("), ("-rrb-", ")"), ("``", '"'), ("''", '"')):
        plain = plain.replace(token, mark)
    found = [part.strip() for line in plain.split("\n") for part in _END.split(line.strip())]
    return [part for part in found if len(part.split()) >= 3] or [summary.strip()]


def _marked(row: dict[str, Any], claim: str) -> tuple[tuple[int, int], ...]:
    """The characters of ``claim`` that people marked as not backed, where a dataset says so."""
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
    """Every text in a nested list, which may itself be written as text."""
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


def corrupted(articles: Sequence[tuple[str, str | None]], gatherer: Gatherer, random: Random) -> Iterator[Example]:
    """True sentences of ``articles`` (text, and highlights that people wrote if there are any), and false ones.

    True are the article's own, shortened or not, and those highlights in which no rule of grounding finds a problem;
    false is what a rule makes of these. Some are lowercased, as summaries of research often are.
    """
    for text, highlights in articles:
        sentences = gatherer.sentences(text)
        if len(sentences) < 6:
            continue
        fold = fold_of(text)
        true: list[tuple[str, str]] = []
        if highlights:
            grounds = GroundingIndex(read_text(text))
            true += [("highlight", claim) for claim in split_claims(highlights) if _passes_the_rules(grounds, claim)]
        some = [sentence for sentence in sentences if 7 <= len(sentence.split()) <= 45]
        some = random.sample(some, min(6, len(some)))
        shorter = [short for sentence in some if (short := shortened(sentence, random))]
        true += [("shortened", sentence) for sentence in shorter[:1]] + [
            ("verbatim", sentence) for sentence in some[:1]
        ]
        for kind, claim in true:
            yield Example((_cased(gatherer.pair(text, claim), random),), True, f"rule-{kind}", fold)
            for _ in range(5):
                name = random.choices(list(_KINDS), weights=list(_KINDS.values()))[0]
                false = RULES[name](claim, sentences, random)
                if false is not None and false.text != claim:
                    pair = _cased(gatherer.pair(text, false.text), random)
                    yield Example((pair,), False, f"rule-{name}", fold, false.changed, only=True)
                    break


def _passes_the_rules(grounds: GroundingIndex, claim: str) -> bool:
    return grounds.judge(claim, Finding(0.0, (0, 0))).reason in (None, "support")


def _cased(pair: Pair, random: Random) -> Pair:
    return Pair(pair.evidence.lower(), pair.claim.lower()) if random.random() < 0.15 else pair
