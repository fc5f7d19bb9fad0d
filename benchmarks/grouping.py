"""How well articles are grouped: precision and recall of near-duplicates and of stories, pair by pair.

Four questions, on real articles:

- near-duplicates, made: each of 300 articles beside an edited version of it, as papers edit an agency's report: cut to
  its first two thirds, cut to half, paragraphs in another order, a tenth of its words replaced;
- near-duplicates, found: how many pairs of the 2,225 BBC articles, and how many of them have one title;
- stories, judged: pairs of BBC articles that a reader of both labelled (``grouping_pairs.tsv``) as the same story,
  different, or either (the same matter at a later date; not counted). The pairs "chosen" settled weights and threshold,
  those "held" were not looked at for it. Both were drawn by likeness, stratum by stratum, and each counts for as many
  as its stratum has to each that was drawn;
- stories, made: CNN/DailyMail articles beside their editors' highlights, a report of another length in other words,
  100 of each in one digest, grouped as a digest is.

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


def rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def encoded(articles: Sequence[Article], kept: Path | None = None) -> NDArray[np.float32]:
    """The vectors of the articles' openings, from ``kept`` where they are there already."""
    if kept is not None and kept.exists():
        return np.load(kept)  # type: ignore[no-any-return]
    settings = Settings()
    cache = ModelCache(settings.models_dir, offline=settings.offline, progress=True)
    encoder = load_encoder(cache.ensure(resolve(settings.encoder, "encoder")).folder)
    openings = [stories.opening(article) for article in articles]
    order = sorted(range(len(openings)), key=lambda index: len(openings[index]))
    vectors = np.zeros((len(openings), encoder.dimensions), dtype=np.float32)
    for start in range(0, len(order), 32):
        batch = order[start : start + 32]
        vectors[batch] = encoder.encode([openings[index] for index in batch], lambda: False)
    if kept is not None:
        np.save(kept, vectors)
    return vectors


def shown(name: str, found: set[Pair], true: set[Pair]) -> None:
    right = len(found & true)
    print(f"{name:34} precision {right / max(1, len(found)):.3f}  recall {right / len(true):.3f}  ({len(true)} pairs)")


def edits(text: str, rng: random.Random) -> dict[str, str]:
    paragraphs = [paragraph for paragraph in text.split("\n") if paragraph.strip()]
    words = text.split(" ")
    shuffled = rng.sample(paragraphs, len(paragraphs))
    strange = [rng.choice(words) if rng.random() < 0.1 else word for word in words]
    return {
        "cut to two thirds": " ".join(words[: 2 * len(words) // 3]),
        "cut to half": " ".join(words[: len(words) // 2]),
        "paragraphs shuffled": "\n\n".join(shuffled),
        "a tenth of words replaced": " ".join(strange),
    }


def near_duplicates_made(texts: Sequence[str]) -> None:
    rng = random.Random(1)
    chosen = rng.sample(sorted(set(texts)), 300)
    originals = [fingerprint(read_text(text)) for text in chosen]
    made: dict[str, list[Fingerprint]] = defaultdict(list)
    for text in chosen:
        for kind, edited in edits(text, rng).items():
            made[kind].append(fingerprint(read_text(edited)))
    true = {(index, 300 + index) for index in range(300)}
    for kind, versions in made.items():
        shown(f"near-duplicates, {kind}", set(near_duplicates([*originals, *versions])), true)


def weighed(judged: Sequence[tuple[float, str, float]], threshold: float) -> tuple[float, float, float]:
    """Precision, precision where "either" is right as well, and recall, of pairs with likeness, label and weight."""
    sums: Counter[tuple[bool, str]] = Counter()
    for likeness, label, weight in judged:
        sums[likeness >= threshold, label] += weight  # type: ignore[assignment]
    same, wrong, either = sums[True, "same"], sums[True, "different"], sums[True, "either"]
    return same / (same + wrong), (same + either) / (same + wrong + either), same / (same + sums[False, "same"])


def stories_judged(told: Sequence[dict[str, str]], vectors: Path | None) -> None:
    articles = [read_text(row["text"], title=row["title"]) for row in told]
    fingerprints = [fingerprint(article) for article in articles]
    copies = set(near_duplicates(fingerprints))
    titled = sum(told[a]["title"] == told[b]["title"] for a, b in copies)
    print(f"near-duplicates found among {len(told)}: {len(copies)}, of one title {titled}")
    alike = stories.likeness(fingerprints, encoded(articles, vectors))
    number = {row["id"]: index for index, row in enumerate(told)}
    lines = [line.split("\t") for line in PAIRS.read_text(encoding="utf-8").splitlines()[1:]]
    for kind in ("chosen", "held"):
        judged = [(float(alike[number[a], number[b]]), label, float(w)) for of, a, b, label, w in lines if of == kind]
        print(f"stories, {kind}: {dict(Counter(label for _, label, _ in judged))}")
        for threshold in (stories.SAME_STORY - 0.06, stories.SAME_STORY, stories.SAME_STORY + 0.06):
            strict, lenient, recall = weighed(judged, threshold)
            print(f"  at {threshold:.2f}: precision {strict:.3f} (either right: {lenient:.3f})  recall {recall:.3f}")


def stories_made(told: Sequence[dict[str, str]]) -> None:
    picked = random.Random(2).sample(list(told), 100)
    texts = [*(row["article"] for row in picked), *(row["reference"] for row in picked)]
    articles = [read_text(text) for text in texts]
    groups = stories.group_stories([fingerprint(article) for article in articles], encoded(articles))
    shown(
        "stories, article and highlights", pairs(group.members for group in groups), {(i, 100 + i) for i in range(100)}
    )


def pairs(groups: Iterable[Sequence[int]]) -> set[Pair]:
    return {pair for members in groups for pair in combinations(members, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bbc", type=Path)
    parser.add_argument("cnndm", type=Path)
    parser.add_argument("--vectors", type=Path, help="where the vectors of the BBC articles are kept")
    asked = parser.parse_args()
    bbc = rows(asked.bbc)
    near_duplicates_made([row["text"] for row in bbc])
    stories_judged(bbc, asked.vectors)
    stories_made(rows(asked.cnndm))


if __name__ == "__main__":
    main()
