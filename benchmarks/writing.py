"""Measure briefings over HTTP: the facts that they hold, how much the writer writes and shortens, and the headlines.

    python -m benchmarks.writing ARTICLES.jsonl [COUNT]

ARTICLES has objects with ``text`` or ``article``, and optionally ``reference`` (a summary by people) and ``title``. The
title is not sent to the service, so that it writes headlines. Beside the briefings stand the article's three first
sentences. The weights must be in the cache already.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rouge_score.rouge_scorer import RougeScorer

from benchmarks.facts import facts_per_50_words, repeats_itself
from benchmarks.instance import Instance
from benchmarks.service import unsupported_details
from standfirst.evaluation.measures import METRICS, mean, rouge
from standfirst.reading.summary import split_summary
from standfirst.reading.text import read_text

_LEAD = 3
_UNIGRAMS = RougeScorer(["rouge1"], use_stemmer=True)


def plain(text: str) -> str:
    """Normalize ``text`` for comparison: in lower case, without the full stop."""
    return " ".join(text.split()).casefold().rstrip(".")


def on_articles(articles: Sequence[dict[str, Any]], data_dir: Path) -> None:
    instance = Instance(data_dir)
    instance.start()
    idle = instance.cpu_seconds()
    sentences: list[dict[str, Any]] = []
    headlines: list[tuple[str, dict[str, Any] | None]] = []
    scores, seconds, mistakes = [], [], []
    facts: list[tuple[float, float]] = []
    repeats = 0
    for article in articles:
        text = article.get("text") or article["article"]
        briefing, took = instance.brief(text=text)
        seconds.append(took)
        body = briefing["standfirst"] + briefing["points"]
        known = plain(text)
        sentences += [{**one, "is_excerpt": plain(one["text"]) in known} for one in body]
        headlines.append((article.get("title") or "", briefing["headline"]))
        mistakes += unsupported_details(briefing, {"title": "", "text": text})
        if article.get("reference"):
            reference, shown = split_summary(article["reference"]), [one["text"] for one in body]
            lead = [sentence.text for sentence in read_text(text).sentences[:_LEAD]]
            scores.append((*rouge(reference, shown), *rouge(reference, lead)))
            facts.append((facts_per_50_words(reference, shown), facts_per_50_words(reference, lead)))
            repeats += repeats_itself(shown)
    cpu = (instance.cpu_seconds() - idle) / len(articles)
    instance.stop()
    written = [one for one in sentences if one["origin"] == "written"]
    copied = sum(one["is_excerpt"] for one in written) / (len(written) or 1)
    share = len(written) / len(sentences)
    print(f"sentences            {len(sentences)} of {len(articles)} articles, {share:.0%} written")
    print(f"written, but an excerpt of the article: {copied:.0%}")
    for name, some in (("all", sentences), ("written", written)):
        if some:
            print(f"words, {name:13} {statistics.mean(len(one['text'].split()) for one in some):.1f} a sentence")
    shown = [head for _, head in headlines if head]
    origin = sum(head["origin"] == "written" for head in shown)
    print(f"headlines            {len(shown)}, {origin} written")
    titled = [(title, head["text"]) for title, head in headlines if title and head]
    if titled:
        unigrams = [100 * _UNIGRAMS.score(title, head)["rouge1"].fmeasure for title, head in titled]
        found = mean(unigrams)
        print(f"headline ROUGE-1     {found.value:.1f} ({found.low:.1f} to {found.high:.1f}) to {len(titled)} titles")
    for number, metric in enumerate(METRICS if scores else ()):
        found, lead_3 = mean([one[number] for one in scores]), mean([one[len(METRICS) + number] for one in scores])
        print(f"{metric:20} {found.value:.1f} ({found.low:.1f} to {found.high:.1f}); Lead-3 {lead_3.value:.1f}")
    if facts:
        ours, lead_3 = mean([one[0] for one in facts]), mean([one[1] for one in facts])
        print(f"facts in 50 words    {ours.value:.3f} ({ours.low:.3f} to {ours.high:.3f}); Lead-3 {lead_3.value:.3f}")
        print(f"repeat themselves    {repeats} of {len(facts)} briefings")
    print(f"not in the article   {len(mistakes)} numbers, names or spans")
    for mistake in mistakes:
        print(f"                     {mistake}")
    print(f"seconds an article   {statistics.mean(seconds):.2f} mean, {statistics.median(seconds):.2f} median")
    print(f"CPU seconds          {cpu:.2f} an article")


def main() -> None:
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()[:count]
    with tempfile.TemporaryDirectory() as folder:
        on_articles([json.loads(line) for line in lines], Path(folder))


if __name__ == "__main__":
    main()
