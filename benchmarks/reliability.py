"""Draw the reliability diagram of support: how often people call a sentence supported, by its support.

    python -m benchmarks.reliability JUDGED.jsonl PLOT.svg

JUDGED is as for ``benchmarks.grounding``. Sentences of the article itself are left out, because their support is 1 by
definition. Bars are 95 % intervals (Wilson 1927).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt

from benchmarks.grounding import open_judge
from judgements.judged import read_rows
from standfirst.reading.text import read_text

_BINS = 10
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Bin:
    """Sentences of similar support: their number, mean support, and the share that people call supported."""

    count: int
    support: float
    share: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share."""
        middle = self.share + _Z**2 / (2 * self.count)
        half = _Z * sqrt(self.share * (1 - self.share) / self.count + _Z**2 / (4 * self.count**2))
        whole = 1 + _Z**2 / self.count
        # The bounds make it contain the share in spite of rounding errors.
        return min(self.share, (middle - half) / whole), max(self.share, (middle + half) / whole)


def binned(judged: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Return ``judged`` (support and label) in ten bins of equal width, without empty ones."""
    bins = []
    for number in range(_BINS):
        inside = [(s, label) for s, label in judged if min(int(s * _BINS), _BINS - 1) == number]
        if inside:
            supports, labels = zip(*inside, strict=True)
            bins.append(Bin(len(inside), sum(supports) / len(inside), sum(labels) / len(inside)))
    return bins


def draw(bins: Sequence[Bin], path: Path) -> None:
    """Draw ``bins`` and the line of perfect calibration. The same bins give the same file."""
    mpl.rcParams["svg.hashsalt"] = "reliability"
    figure, axes = plt.subplots(figsize=(5, 5))
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    shares = [one.share for one in bins]
    bars = [[one.share - one.interval[0] for one in bins], [one.interval[1] - one.share for one in bins]]
    axes.errorbar([one.support for one in bins], shares, yerr=bars, fmt="o", color="black", capsize=3, linewidth=1)
    for one in bins:
        axes.annotate(str(one.count), (one.support, one.share), (6, -10), textcoords="offset points", fontsize=8)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="support", ylabel="share that people call supported", aspect="equal")
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})


def main() -> None:
    """Verify the sentences, print the bins, and draw them."""
    judge = open_judge()
    judged: list[tuple[float, bool]] = []
    for row in read_rows(Path(sys.argv[1])):
        article = read_text(row["article"])
        own = {" ".join(sentence.text.split()) for sentence in article.sentences}
        sentences = [one for one in row["sentences"] if one["text"] not in own]
        verdicts = judge(article, [one["text"] for one in sentences]) if sentences else ()
        judged += [(v.support, bool(one["supported"])) for v, one in zip(verdicts, sentences, strict=True)]
    bins = binned(judged)
    for one in bins:
        low, high = one.interval
        print(f"support {one.support:.2f}: {one.share:.2f} ({low:.2f} to {high:.2f}) of {one.count}")
    draw(bins, Path(sys.argv[2]))


if __name__ == "__main__":
    main()
