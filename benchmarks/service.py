"""The service as it is run: seconds from its start until it is ready, seconds for an article, peak memory.

    python -m benchmarks.service [ARTICLES.jsonl [COUNT]]

Without a file it measures on its own sample article. With one (objects with ``title``, ``text`` and ``reference``,
the sentences that a person picked) it sends each article over HTTP and holds every briefing against its article:
spans, numbers and names; and compares the sentences chosen with those that the person picked (ROUGE-2, stemmed, at
the reference's length). The weights must be in the cache already. Timings are of this machine: compare them within
one run only.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2

_SAMPLE = json.loads((Path(__file__).parents[1] / "service/standfirst/sample.json").read_text())
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w’'-]+")


class Service:
    """A service in a process of its own, on a free port, with an empty store."""

    def __init__(self, data_dir: Path) -> None:
        started = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from standfirst.cli import run; run()", "serve"],
            env={**os.environ, "STANDFIRST_PORT": "0", "STANDFIRST_OFFLINE": "1", "STANDFIRST_DATA_DIR": str(data_dir)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        found = re.search(r"http://\S+?:\d+", self._process.stdout.readline())
        assert found, "the service did not start"
        self.ready_s = time.perf_counter() - started
        self.client = httpx2.Client(base_url=found.group(), timeout=600)

    def brief(self, **asked: Any) -> tuple[dict[str, Any], float]:
        """A briefing, and the seconds that it took."""
        started = time.perf_counter()
        response = self.client.post("/v1/briefings", json=asked)
        assert response.status_code == 200, response.text
        return response.json(), time.perf_counter() - started

    def peak_gb(self) -> float:
        """The most memory that the process has had so far."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found.group(1)) / 1e6 if found else float("nan")

    def end(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait()


def wrong(briefing: dict[str, Any], article: dict[str, Any]) -> list[str]:
    """What in the briefing its article does not have, by means of its own: plain patterns, not the grounding's."""
    found = []
    known = f"{article['title']} {article['text']}"
    sentences = [briefing["headline"], *briefing["standfirst"], *briefing["points"]]
    for sentence in filter(None, sentences):
        text = sentence["text"]
        found += [f"number {n}: {text}" for n in _NUMBER.findall(text) if n not in known]
        found += [f"name {n}: {text}" for n in _NAME.findall(text) if n.lower() not in known.lower()]
        for source in sentence["sources"]:
            if article["text"][source["start"] : source["end"]] != source["text"]:
                found.append(f"span {source['start']}: {text}")
    return found


def on_the_sample(data_dir: Path) -> None:
    service = Service(data_dir)
    _, first = service.brief(**_SAMPLE)
    later = [service.brief(**_SAMPLE, max_words=words)[1] for words in (119, 118, 117)]
    _, cached = service.brief(**_SAMPLE)
    print(f"start to ready       {service.ready_s:.1f} s")
    print(
        f"sample article       {first:.2f} s the first time, {statistics.mean(later):.2f} s later, {cached:.3f} s kept"
    )
    print(f"peak memory          {service.peak_gb():.2f} GB")
    service.end()


def on_articles(articles: list[dict[str, Any]], data_dir: Path) -> None:
    service = Service(data_dir)
    times, mistakes, origins, words = [], [], [], []
    titled = 0
    for article in articles:
        briefing, took = service.brief(title=article["title"], text=article["text"])
        times.append(took)
        mistakes += wrong(briefing, article)
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
    print(f"ROUGE-2 of the chosen sentences, of the leading ones: {rouge(service, articles)}", flush=True)
    print(f"peak memory          {service.peak_gb():.2f} GB")
    service.end()


def rouge(service: Service, articles: list[dict[str, Any]]) -> str:
    """Of the sentences that back the briefing, as long as the reference, and of as many leading words."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rouge2"], use_stemmer=True)

    def chosen(article: dict[str, Any]) -> str:
        length = max(10, len(article["reference"].split()))
        asked = {"text": article["text"], "points": 10, "max_words": min(length, 2000)}
        briefing, _ = service.brief(title=article["title"], **asked)
        body = briefing["standfirst"] + briefing["points"]
        return " ".join(source["text"] for sentence in body for source in sentence["sources"])

    def score(reference: str, found: str) -> float:
        return 100 * float(scorer.score(reference, found)["rouge2"].fmeasure)

    with ThreadPoolExecutor(4) as pool:
        ours = [score(a["reference"], found) for a, found in zip(articles, pool.map(chosen, articles), strict=True)]
    leads = [score(a["reference"], " ".join(a["text"].split()[: len(a["reference"].split())])) for a in articles]
    return f"{statistics.mean(ours):.1f}, {statistics.mean(leads):.1f}"


def main() -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        on_the_sample(Path(folder) / "sample")
        if len(sys.argv) > 1:
            count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
            lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()[:count]
            on_articles([json.loads(line) for line in lines], Path(folder) / "articles")


if __name__ == "__main__":
    main()
