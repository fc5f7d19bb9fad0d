"""Measure precision and recall of near-duplicates and of stories, over pairs of articles.

There are four measurements on real articles:

- near-duplicates, made: 300 articles and edited versions of them, as newspapers edit agency reports: cut to the first
  two thirds, cut to half, paragraphs reordered, a tenth of the words replaced;
- near-duplicates, found: the number of pairs of BBC articles, and of those with the same title;
- stories, judged: pairs of BBC articles that a reader labelled (``grouping_pairs.tsv``) as the same story, as
  different, or as either (the same matter at a later date; not counted). The pairs "chosen" set weights and
  threshold, the pairs "held" were held out. The sample is stratified by similarity, and each pair is weighted;
- stories, made: 100 CNN/DailyMail articles and their editors' highlights, which say the same in other words, grouped as
  one digest.

    python -m benchmarks.grouping bbc-news-summary.jsonl cnndm-dev.jsonl [--vectors FILE.npy]
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from standfirst.digesting import stories
from standfirst.digesting.fingerprint import Fingerprint, fingerprint, near_duplicates
from standfirst.domain.article import Article
from standfirst.reading.text import read_text
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve
from standfirst_models.runtimes.loading import load_encoder

PAIRS = Path(__file__).with_name("grouping_pairs.tsv")
Pair = tuple[int, int]


def read_rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def encode(articles: Sequence[Article], cache_file: Path | None = None) -> NDArray[np.float32]:
    """Return the vectors of the articles' openings, from ``cache_file`` where it exists."""
    if cache_file is not None and cache_file.exists():
        return np.load(cache_file)  # type: ignore[no-any-return]
    settings = Settings()
    cache = ModelCache(settings.models_dir, offline=settings.offline, progress=True)
    encoder = load_encoder(cache.ensure(resolve(settings.encoder, "encoder")).folder)
    openings = [stories.opening(article) for article in articles]
    order = sorted(range(len(openings)), key=lambda index: len(openings[index]))
    vectors = np.zeros((len(openings), encoder.dimensions), dtype=np.float32)
    for start in range(0, len(order), 32):
        batch = order[start : start + 32]
        vectors[batch] = encoder.encode([openings[index] for index in batch], lambda: False)
    if cache_file is not None:
        np.save(cache_file, vectors)
    return vectors


def report(name: str, found: set[Pair], true: set[Pair]) -> None:
    right = len(found & true)
    print(f"{name:34} precision {right / max(1, len(found)):.3f}  recall {right / len(true):.3f}  ({len(true)} pairs)")


def edits(text: str, rng: random.Random) -> dict[str, str]:
    paragraphs = [paragraph for paragraph in text.split("\n") if paragraph.strip()]
    words = text.split(" ")
    shuffled = rng.sample(paragraphs, len(paragraphs))
    replaced = [rng.choice(words) if rng.random() < 0.1 else word for word in words]
    return {
        "cut to two thirds": " ".join(words[: 2 * len(words) // 3]),
        "cut to half": " ".join(words[: len(words) // 2]),
        "paragraphs shuffled": "\n\n".join(shuffled),
        "a tenth of words replaced": " ".join(replaced),
    }


def near_duplicates_made(texts: Sequence[str]) -> None:
    rng = random.Random(1)
    chosen = rng.sample(sorted(set(texts)), 300)
    originals = [fingerprint(read_text(text)) for text in chosen]
    versions_of: dict[str, list[Fingerprint]] = defaultdict(list)
    for text in chosen:
        for kind, edited in edits(text, rng).items():
            versions_of[kind].append(fingerprint(read_text(edited)))
    true = {(index, 300 + index) for index in range(300)}
    for kind, versions in versions_of.items():
        report(f"near-duplicates, {kind}", set(near_duplicates([*originals, *versions])), true)


def weighted_scores(judged: Sequence[tuple[float, str, float]], threshold: float) -> tuple[float, float, float]:
    """Return precision, precision with "either" counted as right, and recall.

    ``judged`` are pairs as similarity, label and weight.
    """
    sums: Counter[tuple[bool, str]] = Counter()
    for likeness, label, weight in judged:
        sums[likeness >= threshold, label] += weight  # type: ignore[assignment]
    same, wrong, either = sums[True, "same"], sums[True, "different"], sums[True, "either"]
    return same / (same + wrong), (same + either) / (same + wrong + either), same / (same + sums[False, "same"])


def stories_judged(rows: Sequence[dict[str, str]], vectors: Path | None) -> None:
    articles = [read_text(row["text"], title=row["title"]) for row in rows]
    fingerprints = [fingerprint(article) for article in articles]
    copies = set(near_duplicates(fingerprints))
    titled = sum(rows[a]["title"] == rows[b]["title"] for a, b in copies)
    print(f"near-duplicates found among {len(rows)}: {len(copies)}, of one title {titled}")
    alike = stories.likeness(fingerprints, encode(articles, vectors))
    number = {row["id"]: index for index, row in enumerate(rows)}
    lines = [line.split("\t") for line in PAIRS.read_text(encoding="utf-8").splitlines()[1:]]
    for kind in ("chosen", "held"):
        judged = [(float(alike[number[a], number[b]]), label, float(w)) for of, a, b, label, w in lines if of == kind]
        print(f"stories, {kind}: {dict(Counter(label for _, label, _ in judged))}")
        for threshold in (stories.SAME_STORY - 0.06, stories.SAME_STORY, stories.SAME_STORY + 0.06):
            strict, lenient, recall = weighted_scores(judged, threshold)
            print(f"  at {threshold:.2f}: precision {strict:.3f} (either right: {lenient:.3f})  recall {recall:.3f}")


def stories_made(rows: Sequence[dict[str, str]]) -> None:
    picked = random.Random(2).sample(list(rows), 100)
    texts = [*(row["article"] for row in picked), *(row["reference"] for row in picked)]
    articles = [read_text(text) for text in texts]
    groups = stories.group_stories([fingerprint(article) for article in articles], encode(articles))
    report(
        "stories, article and highlights", pairs(group.members for group in groups), {(i, 100 + i) for i in range(100)}
    )


def pairs(groups: Iterable[Sequence[int]]) -> set[Pair]:
    return {pair for members in groups for pair in combinations(members, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bbc", type=Path)
    parser.add_argument("cnndm", type=Path)
    parser.add_argument("--vectors", type=Path, help="a file that caches the vectors of the BBC articles")
    arguments = parser.parse_args()
    bbc = read_rows(arguments.bbc)
    near_duplicates_made([row["text"] for row in bbc])
    stories_judged(bbc, arguments.vectors)
    stories_made(read_rows(arguments.cnndm))


if __name__ == "__main__":
    main()
