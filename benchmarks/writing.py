"""Measure briefings over HTTP: the facts that they hold, how much the writer writes and shortens, and the headlines.

    python -m benchmarks.writing ARTICLES.jsonl [COUNT | FIRST-LAST]

ARTICLES has objects with ``text`` or ``article``, and optionally ``reference`` (a summary by people) and ``title``. The
rows are counted from 1; without an argument the first 100 are measured. The title is not sent to the service, so that
it writes headlines. Beside the briefings stand the article's three first sentences. Articles that the service refuses
are named and left out. The weights must be in the cache already.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rouge_score.rouge_scorer import RougeScorer

from benchmarks.facts import facts_per_50_words, repeats_itself
from benchmarks.instance import Instance, Refused
from benchmarks.service import unsupported_details
from standfirst.evaluation.measures import METRICS, mean, rouge
from standfirst.reading.summary import split_summary
from standfirst.reading.text import read_text

_LEAD = 3
_UNIGRAMS = RougeScorer(["rouge1"], use_stemmer=True)


def plain(text: str) -> str:
    """Normalize ``text`` for comparison: in lower case, without the full stop."""
    return " ".join(text.split()).casefold().rstrip(".")


def on_articles(rows: Sequence[tuple[int, dict[str, Any]]], data_dir: Path) -> None:
    """Have each of ``rows``, which have their numbers, condensed, and print what was measured."""
    instance = Instance(data_dir)
    instance.start()
    idle = instance.cpu_seconds()
    made: list[tuple[dict[str, Any], dict[str, Any]]] = []
    refused: list[str] = []
    seconds = []
    for number, article in rows:
        try:
            briefing, took = instance.brief(text=article.get("text") or article["article"])
        except Refused as refusal:
            refused.append(f"row {number}: {refusal}")
            continue
        made.append((article, briefing))
        seconds.append(took)
    cpu = (instance.cpu_seconds() - idle) / len(rows)
    instance.stop()
    print(f"refused              {len(refused)} articles", *refused, sep="\n                     ")
    report_sentences(made)
    report_headlines(made)
    report_references([(article, briefing) for article, briefing in made if article.get("reference")])
    print(f"seconds an article   {statistics.mean(seconds):.2f} mean, {statistics.median(seconds):.2f} median")
    print(f"CPU seconds          {cpu:.2f} an article")


def body(briefing: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the standfirst and the points."""
    return [*briefing["standfirst"], *briefing["points"]]


def report_sentences(made: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Print the origins and lengths of the sentences, and what an article does not have."""
    texts = [article.get("text") or article["article"] for article, _ in made]
    sentences = [
        {**one, "is_excerpt": plain(one["text"]) in plain(text)}
        for text, (_, briefing) in zip(texts, made, strict=True)
        for one in body(briefing)
    ]
    written = [one for one in sentences if one["origin"] == "written"]
    origins = Counter(one["origin"] for one in sentences)
    shares = ", ".join(f"{count / len(sentences):.0%} {origin}" for origin, count in origins.most_common())
    print(f"sentences            {len(sentences)} of {len(made)} articles, {shares}")
    if written:
        copied = sum(one["is_excerpt"] for one in written) / len(written)
        print(f"written, but an excerpt of the article: {copied:.0%}")
    for name, some in (("all", sentences), ("written", written)):
        if some:
            print(f"words, {name:13} {statistics.mean(len(one['text'].split()) for one in some):.1f} a sentence")
    mistakes = [
        mistake
        for text, (_, briefing) in zip(texts, made, strict=True)
        for mistake in unsupported_details(briefing, {"title": "", "text": text})
    ]
    print(f"not in the article   {len(mistakes)} numbers, names or spans", *mistakes, sep="\n                     ")


def report_headlines(made: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Print how many headlines were written, and how near they are to the titles."""
    shown = [(article.get("title"), briefing["headline"]) for article, briefing in made if briefing["headline"]]
    written = sum(head["origin"] == "written" for _, head in shown)
    print(f"headlines            {len(shown)}, {written} written")
    unigrams = [100 * _UNIGRAMS.score(title, head["text"])["rouge1"].fmeasure for title, head in shown if title]
    if unigrams:
        found = mean(unigrams)
        print(f"headline ROUGE-1     {found.value:.1f} ({found.low:.1f} to {found.high:.1f}) to {len(unigrams)} titles")


def report_references(made: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Print what the briefings hold of the summaries by people, and the articles' first sentences beside them."""
    scores, facts = [], []
    repeats, words = 0, 0
    for article, briefing in made:
        reference = split_summary(article["reference"])
        shown = [one["text"] for one in body(briefing)]
        text = article.get("text") or article["article"]
        lead = [sentence.text for sentence in read_text(text).sentences[:_LEAD]]
        scores.append((*rouge(reference, shown), *rouge(reference, lead)))
        facts.append((facts_per_50_words(reference, shown), facts_per_50_words(reference, lead)))
        repeats += repeats_itself(shown)
        words += sum(len(one.split()) for one in shown)
    if not made:
        return
    for number, metric in enumerate(METRICS):
        found, lead_3 = mean([one[number] for one in scores]), mean([one[len(METRICS) + number] for one in scores])
        print(f"{metric:20} {found.value:.1f} ({found.low:.1f} to {found.high:.1f}); Lead-3 {lead_3.value:.1f}")
    ours, lead_3 = mean([one[0] for one in facts]), mean([one[1] for one in facts])
    print(f"facts in 50 words    {ours.value:.3f} ({ours.low:.3f} to {ours.high:.3f}); Lead-3 {lead_3.value:.3f}")
    print(f"words a briefing     {words / len(made):.0f}")
    print(f"repeat themselves    {repeats} of {len(made)} briefings")


def main() -> None:
    wanted = sys.argv[2] if len(sys.argv) > 2 else "100"
    first, last = map(int, wanted.split("-")) if "-" in wanted else (1, int(wanted))
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    rows = [(number, json.loads(line)) for number, line in enumerate(lines, 1) if first <= number <= last]
    print(f"rows                 {first} to {rows[-1][0]} of {Path(sys.argv[1]).name}")
    with tempfile.TemporaryDirectory() as folder:
        on_articles(rows, Path(folder))


if __name__ == "__main__":
    main()
