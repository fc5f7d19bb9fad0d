"""Measure the extraction of articles from pages: F1 against the true text.

The metric is that of Scrapinghub's article extraction benchmark: precision and recall of four-word sequences on each
page, averaged over pages. FOLDER has ``ground-truth.json`` and ``html/*.html.gz``:

    python -m benchmarks.extraction FOLDER
"""

from __future__ import annotations

import gzip
import json
import random
import re
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

import trafilatura

from standfirst.errors import StandfirstError
from standfirst.reading.extract import read_html

_WORDS = re.compile(r"\w+")
_SEQUENCE = 4


def sequences(text: str) -> Counter[tuple[str, ...]]:
    words = _WORDS.findall(text)
    return Counter(tuple(words[i : i + _SEQUENCE]) for i in range(max(1, len(words) - _SEQUENCE + 1)))


def precision_and_recall(truth: str, extracted: str) -> tuple[float, float]:
    expected, actual = sequences(truth), sequences(extracted)
    shared = (expected & actual).total()
    extra, missed = (actual - expected).total(), (expected - actual).total()
    if not extra and not missed:
        return 1.0, 1.0
    return shared / (shared + extra) if shared else 0.0, shared / (shared + missed) if shared else 0.0


def f1(scores: list[tuple[float, float]]) -> float:
    precision = statistics.mean(score[0] for score in scores)
    recall = statistics.mean(score[1] for score in scores)
    return 2 * precision * recall / (precision + recall)


def ours(page: bytes) -> str:
    try:
        return read_html(page).text
    except StandfirstError:
        return ""


def defaults(page: bytes) -> str:
    return trafilatura.extract(page) or ""


def main(folder: Path) -> None:
    truth = json.loads((folder / "ground-truth.json").read_text())
    print(f"{'':22} F1 (95 % interval)        precision  recall  ms a page")
    for name, extract in (("trafilatura, defaults", defaults), ("standfirst", ours)):
        scores = []
        started = time.perf_counter()
        for key, expected in truth.items():
            page = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes())
            scores.append(precision_and_recall(expected["articleBody"], extract(page)))
        took = 1000 * (time.perf_counter() - started) / len(truth)
        rng = random.Random(0)
        resampled = sorted(f1(rng.choices(scores, k=len(scores))) for _ in range(1000))
        precision, recall = (statistics.mean(score[i] for score in scores) for i in (0, 1))
        interval = f"({resampled[25]:.3f} to {resampled[975]:.3f})"
        print(f"{name:22} {f1(scores):.3f} {interval:20} {precision:9.3f} {recall:7.3f} {took:9.0f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
