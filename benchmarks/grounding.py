"""Grounding, measured: what people judged, sentences made false by rule, true sentences, and the time that it takes.

    python -m benchmarks.grounding JUDGED.jsonl ARTICLES.jsonl

JUDGED has objects with ``id`` (its part before "-" names the group), ``article``, and ``sentences`` of a summary,
each with ``text``, ``supported`` and ``votes`` ("yes" or "no"): as QAGS does (Wang, Cho and Lewis 2020). ARTICLES has
objects with ``text``, or with ``article`` and a ``reference`` that people wrote. Intervals are 95 % of 1,000
resamplings of articles.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from judgements.corruption import RULES, shortened
from judgements.judged import auc, open_verifier, read_rows
from standfirst.application.verification_service import verify_claims
from standfirst.domain.article import Article
from standfirst.domain.verification import JudgedSentence
from standfirst.reading.summary import split_summary
from standfirst.reading.text import read_text
from standfirst_models.protocols.verifier import Finding, Pair

Judge = Callable[[Article, Sequence[str]], tuple[JudgedSentence, ...]]

_OF_EACH = 200
_RESAMPLES = 1000


def open_judge() -> Judge:
    verifier = open_verifier()

    async def verified(pairs: Sequence[Pair]) -> list[Finding]:
        return verifier.verify(pairs, lambda: False)

    def judge(article: Article, claims: Sequence[str]) -> tuple[JudgedSentence, ...]:
        return asyncio.run(verify_claims(article, claims, verified)).sentences

    return judge


def interval(groups: Sequence[Any], measure: Callable[[Sequence[Any]], float]) -> str:
    random = Random(0)
    values = [measure(random.choices(groups, k=len(groups))) for _ in range(_RESAMPLES)]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return f"{measure(groups):.3f} ({low:.3f} to {high:.3f})"


def on_judged(path: Path, judge: Judge) -> None:
    everything: list[tuple[JudgedSentence, bool]] = []
    rows = list(read_rows(path))
    for group, members in groupby(rows, key=lambda row: str(row["id"]).partition("-")[0]):
        judged = []
        for row in members:
            verdicts = judge(read_text(row["article"]), [sentence["text"] for sentence in row["sentences"]])
            judged.append(list(zip(verdicts, row["sentences"], strict=True)))
        pairs = [(v, bool(s["supported"])) for summary in judged for v, s in summary]
        everything += pairs
        passed = [label for verdict, label in pairs if not verdict.problems]
        supported = sum(label for _, label in pairs)

        def sentence_auc(groups: Sequence[Any]) -> float:
            return auc([(v.support, bool(s["supported"])) for summary in groups for v, s in summary])

        def pearson(groups: Sequence[Any]) -> float:
            ours = [np.mean([v.support for v, _ in summary]) for summary in groups]
            theirs = [np.mean([vote == "yes" for _, s in summary for vote in s["votes"]]) for summary in groups]
            return float(np.corrcoef(ours, theirs)[0, 1])

        print(f"{group}: {len(pairs)} sentences of {len(judged)} summaries, {supported} supported")
        print(f"  sentence AUC               {interval(judged, sentence_auc)}")
        print(f"  Pearson, summary level     {interval(judged, pearson)}")
        print(f"  let pass                   {len(passed)}, of them supported {np.mean(passed):.1%}")
        print(f"  of the supported, let pass {sum(passed) / supported:.1%}", flush=True)
    print("support, and the share that people call supported:")
    for low in np.arange(0, 1, 0.1):
        inside = [label for verdict, label in everything if low <= verdict.support < low + 0.1 + (low > 0.85)]
        if inside:
            print(f"  {low:.1f} to {low + 0.1:.1f}   {np.mean(inside):.2f} of {len(inside)}")


def on_articles(path: Path, judge: Judge) -> None:
    random = Random(0)
    rows = list(read_rows(path))
    random.shuffle(rows)
    caught: dict[str, list[bool]] = {kind: [] for kind in RULES}
    refused: dict[str, list[bool]] = {"verbatim": [], "shortened": [], "people's": []}
    took = []
    for row in rows:
        article = read_text(row.get("text") or row["article"])
        texts = [sentence.text for sentence in article.sentences]
        if len(texts) < 5:
            continue
        claims: list[tuple[str, str]] = []
        for kind, rule in RULES.items():
            corrupted = rule(random.choice(texts), texts, random)
            if corrupted and corrupted.text not in texts:
                claims.append((kind, corrupted.text))
        claims += [("verbatim", text) for text in random.sample(texts, 1)]
        claims += [("shortened", short) for text in random.sample(texts, 5) if (short := shortened(text, random))]
        if row.get("reference") and "article" in row:
            claims += [("people's", text) for text in split_summary(row["reference"])]
        wanted = [one for one in claims if len((caught | refused)[one[0]]) < _OF_EACH]
        for (kind, _), verdict in zip(wanted, judge(article, [text for _, text in wanted]), strict=True):
            (caught | refused)[kind].append(bool(verdict.problems))
        # What stands in the article word for word is not given to the verifier, and would cost nothing.
        five = [" ".join(text.split()[:-2]) for text in texts[:5]]
        started = time.perf_counter()
        judge(article, five)
        took.append(time.perf_counter() - started)
        if all(len(of_kind) >= _OF_EACH for of_kind in caught.values()):
            break
    print("made false by rule, caught:")
    for kind, of_kind in caught.items():
        print(f"  {kind:10} {np.mean(of_kind):.1%} of {len(of_kind)}")
    print("true, refused:")
    for kind, of_kind in refused.items():
        if of_kind:
            print(f"  {kind:10} {np.mean(of_kind):.1%} of {len(of_kind)}")
    print(f"five sentences of an article: {1000 * np.median(took):.0f} ms")


def main() -> None:
    judge = open_judge()
    on_judged(Path(sys.argv[1]), judge)
    on_articles(Path(sys.argv[2]), judge)


if __name__ == "__main__":
    main()
