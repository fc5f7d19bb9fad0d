"""Measure an instance of the service: time to readiness, time of an article, peak memory.

    python -m benchmarks.service [ARTICLES.jsonl [COUNT]]

Without a file it measures on the service's sample article. With a file (objects with ``title``, ``text`` and
``reference``, the sentences that a person picked) it also checks the spans, numbers and names of each briefing against
its article, and compares the selected sentences with the reference (ROUGE-2, stemmed, at the reference's length). The
weights must be in the cache already. Compare timings within one run only.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rouge_score.rouge_scorer import RougeScorer

from benchmarks.instance import Instance

_SAMPLE = json.loads((Path(__file__).parents[1] / "service/standfirst/sample.json").read_text())
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w’'-]+")


def unsupported_details(briefing: dict[str, Any], article: dict[str, Any]) -> list[str]:
    """Return the numbers, names and spans that are not in the article, by patterns independent of grounding."""
    details = []
    known = f"{article['title']} {article['text']}"
    sentences = [briefing["headline"], *briefing["standfirst"], *briefing["points"]]
    for sentence in filter(None, sentences):
        text = sentence["text"]
        details += [f"number {n}: {text}" for n in _NUMBER.findall(text) if n not in known]
        details += [f"name {n}: {text}" for n in _NAME.findall(text) if n.lower() not in known.lower()]
        for source in sentence["sources"]:
            if article["text"][source["start"] : source["end"]] != source["text"]:
                details.append(f"span {source['start']}: {text}")
    return details


def on_the_sample(data_dir: Path) -> None:
    instance = Instance(data_dir)
    ready = instance.start()
    _, first = instance.brief(**_SAMPLE)
    later = [instance.brief(**_SAMPLE, max_words=words)[1] for words in (119, 118, 117)]
    _, cached = instance.brief(**_SAMPLE)
    print(f"start to ready       {ready:.1f} s")
    print(
        f"sample article       {first:.2f} s the first time, {statistics.mean(later):.2f} s later, {cached:.3f} s kept"
    )
    print(f"peak memory          {instance.peak_memory_gb():.2f} GB")
    instance.stop()


def on_articles(articles: list[dict[str, Any]], data_dir: Path) -> None:
    instance = Instance(data_dir)
    instance.start()
    times, mistakes, origins, words = [], [], [], []
    titled = 0
    for article in articles:
        briefing, took = instance.brief(title=article["title"], text=article["text"])
        times.append(took)
        mistakes += unsupported_details(briefing, article)
        body = briefing["standfirst"] + briefing["points"]
        origins += [sentence["origin"] for sentence in body]
        words += [len(sentence["text"].split()) for sentence in body]
        titled += briefing["headline"] is not None and briefing["headline"]["text"] == article["title"]
    print(f"articles             {len(articles)}, one after the other")
    print(f"not in the article   {len(mistakes)} numbers, names or spans")
    for mistake in mistakes:
        print(f"                     {mistake}")
    print(f"sentences            {len(origins)}, {origins.count('written') / len(origins):.0%} written")
    print(f"words a sentence     {statistics.mean(words):.1f}")
    print(f"own title shown      {titled}")
    ordered = sorted(times)
    print(f"seconds an article   {statistics.mean(times):.2f} mean, {ordered[len(ordered) * 95 // 100]:.2f} at 95 %")
    print(f"ROUGE-2 of the selected sentences, of the leading ones: {rouge(instance, articles)}", flush=True)
    print(f"peak memory          {instance.peak_memory_gb():.2f} GB")
    instance.stop()


def rouge(instance: Instance, articles: list[dict[str, Any]]) -> str:
    """Return ROUGE-2 of the passages that back a briefing as long as the reference, and of as many leading words."""
    scorer = RougeScorer(["rouge2"], use_stemmer=True)

    def passages(article: dict[str, Any]) -> str:
        length = max(10, len(article["reference"].split()))
        request = {"text": article["text"], "points": 10, "max_words": min(length, 2000)}
        briefing, _ = instance.brief(title=article["title"], **request)
        body = briefing["standfirst"] + briefing["points"]
        return " ".join(source["text"] for sentence in body for source in sentence["sources"])

    def score(reference: str, text: str) -> float:
        return 100 * float(scorer.score(reference, text)["rouge2"].fmeasure)

    with ThreadPoolExecutor(4) as pool:
        ours = [score(a["reference"], text) for a, text in zip(articles, pool.map(passages, articles), strict=True)]
    leads = [score(a["reference"], " ".join(a["text"].split()[: len(a["reference"].split())])) for a in articles]
    return f"{statistics.mean(ours):.1f}, {statistics.mean(leads):.1f}"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        on_the_sample(Path(folder) / "sample")
        if len(sys.argv) > 1:
            count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
            lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()[:count]
            on_articles([json.loads(line) for line in lines], Path(folder) / "articles")


if __name__ == "__main__":
    main()
