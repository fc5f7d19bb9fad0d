"""Measure grounding on sentences that people judged, on false and true sentences made by rule, and its speed.

    python -m benchmarks.grounding JUDGED.jsonl ARTICLES.jsonl [--articles N] [--verifier NAME]
        [--without CODE] [--each]

JUDGED has objects with ``id`` (its part before "-" names the group), ``article``, and ``sentences`` of a summary,
each with ``text``, ``supported`` and ``votes`` ("yes" or "no"), as QAGS has them (Wang, Cho and Lewis 2020). ARTICLES
has objects with ``text``, or with ``article`` and a ``reference`` that people wrote; ``--articles`` takes that many of
them. Intervals are 95 % of 1,000 resamplings of articles.

``--verifier`` names another verifier than the embedded one. ``--without`` measures the same with a check switched off.
``--each`` prints a table of all checks instead (``benchmarks/check_table.py``).
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any, get_args

import numpy as np

from benchmarks.check_table import print_check_table
from judgements.corruption import RULES
from judgements.judged import auc, open_grounding, open_verifier, read_rows
from judgements.shortening import shortened
from standfirst.domain.article import Article
from standfirst.domain.verification import SentenceFinding
from standfirst.grounding.index import Verdict
from standfirst.grounding.registry import ENGLISH, CheckRegistry
from standfirst.grounding.review import review
from standfirst.grounding.support import calibration_of
from standfirst.reading.summary import split_summary
from standfirst.reading.text import read_text
from standfirst_models.catalog import EMBEDDED_VERIFIER
from standfirst_models.protocols.verifier import Finding, Pair

#: Returns the verdict on each sentence about an article.
Judge = Callable[[Article, Sequence[str]], list[Verdict]]

#: The most claims of a kind.
_MAX_CLAIMS = 200
_RESAMPLES = 1000


def open_judge(checks: CheckRegistry = ENGLISH, name: str = EMBEDDED_VERIFIER) -> Judge:
    """Load the verifier ``name`` and the embedded parser, and return a judge that runs ``checks``."""
    verifier = open_verifier(name)
    grounding = replace(open_grounding(), checks=checks, calibration=calibration_of(name))

    async def verified(pairs: Sequence[Pair]) -> list[Finding]:
        return verifier.verify(pairs, lambda: False)

    def judge(article: Article, claims: Sequence[str]) -> list[Verdict]:
        return asyncio.run(review(grounding.index(article), claims, verified))

    return judge


def interval(groups: Sequence[Any], measure: Callable[[Sequence[Any]], float]) -> str:
    """Return the measure of ``groups`` with its bootstrap interval, for printing."""
    random = Random(0)
    with np.errstate(invalid="ignore"):  # a resample may have no variance
        values = [measure(random.choices(groups, k=len(groups))) for _ in range(_RESAMPLES)]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return f"{measure(groups):.3f} ({low:.3f} to {high:.3f})"


def measure_judged(path: Path, judge: Judge) -> None:
    """Print how far support and findings agree with what people said."""
    everything: list[tuple[Verdict, bool]] = []
    rows = list(read_rows(path))
    for group, members in groupby(rows, key=lambda row: str(row["id"]).partition("-")[0]):
        judged = []
        for row in members:
            verdicts = judge(read_text(row["article"]), [sentence["text"] for sentence in row["sentences"]])
            judged.append(list(zip(verdicts, row["sentences"], strict=True)))
        pairs = [(v, bool(s["supported"])) for summary in judged for v, s in summary]
        everything += pairs
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
        for finding in get_args(SentenceFinding):
            found = [label for verdict, label in pairs if verdict.finding == finding]
            print(f"  {finding:26} {len(found)}, of them supported {sum(found)}")
        print(f"  of the supported, backed   {sum(v.finding == 'backed' and s for v, s in pairs) / supported:.1%}")
    print("support, and the share that people call supported:")
    for low in np.arange(0, 1, 0.1):
        inside = [label for verdict, label in everything if low <= verdict.support < low + 0.1 + (low > 0.85)]
        if inside:
            print(f"  {low:.1f} to {low + 0.1:.1f}   {np.mean(inside):.2f} of {len(inside)}")


def measure_articles(rows: Sequence[dict[str, Any]], judge: Judge) -> None:
    """Print what is found of false and of true claims about the articles, and the time it takes."""
    random = Random(0)
    false: dict[str, list[SentenceFinding]] = {kind: [] for kind in RULES}
    true: dict[str, list[SentenceFinding]] = {"verbatim": [], "shortened": [], "people's": []}
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
        counted = [(kind, text) for kind, text in claims if len((false | true)[kind]) < _MAX_CLAIMS]
        for (kind, _), verdict in zip(counted, judge(article, [text for _, text in counted]), strict=True):
            (false | true)[kind].append(verdict.finding)
        # Cut short, since the verifier does not read what stands in the article word for word.
        five = [" ".join(text.split()[:-2]) for text in texts[:5]]
        started = time.perf_counter()
        judge(article, five)
        took.append(time.perf_counter() - started)
        if all(len(of_kind) >= _MAX_CLAIMS for of_kind in false.values()):
            break
    print("made false by rule, and true: backed, not backed, undecided")
    for kind, findings in (false | true).items():
        if findings:
            shares = (f"{findings.count(finding) / len(findings):6.1%}" for finding in get_args(SentenceFinding))
            print(f"  {kind:10} {' '.join(shares)} of {len(findings)}")
    print(f"five sentences of an article: {1000 * np.median(took):.0f} ms")


def shuffled(path: Path, count: int | None) -> list[dict[str, Any]]:
    """Return ``count`` of the articles, or all, in an order that is the same each time."""
    rows = list(read_rows(path))
    Random(0).shuffle(rows)
    return rows[:count]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grounding")
    parser.add_argument("judged", type=Path)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--articles", type=int, dest="count", metavar="N")
    parser.add_argument("--verifier", default=EMBEDDED_VERIFIER, metavar="NAME")
    parser.add_argument("--without", choices=ENGLISH.codes, metavar="CODE", action="append", default=[])
    parser.add_argument("--each", action="store_true")
    options = parser.parse_args()
    articles = shuffled(options.articles, options.count)
    if options.each:
        print_check_table(list(read_rows(options.judged)), articles, open_verifier(), open_grounding().parser)
        return
    judge = open_judge(ENGLISH.without(options.without), options.verifier)
    measure_judged(options.judged, judge)
    measure_articles(articles, judge)


if __name__ == "__main__":
    main()
