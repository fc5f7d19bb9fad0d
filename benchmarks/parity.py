"""Compare torch and OpenVINO: vectors, findings, drafts, briefings and their support.

    python -m benchmarks.parity ARTICLES.jsonl [COUNT]

ARTICLES has objects with ``title`` and ``text``. The weights must be in the cache already.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from standfirst.condensing.briefer import Briefer
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, Options
from standfirst.errors import StandfirstError
from standfirst.reading.text import read_text
from standfirst.settings import Settings
from standfirst.wiring import open_engines
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.selection import Runtime


@dataclass
class Outputs:
    """The outputs of one runtime. A briefing is None where the article cannot be condensed."""

    vectors: NDArray[np.float32]
    findings: list[Finding]
    drafts: dict[Prompt, str] = field(default_factory=dict)
    briefings: list[Briefing | None] = field(default_factory=list)


async def make(runtime: Runtime, articles: Sequence[Article]) -> Outputs:
    engines = open_engines(Settings(runtime=runtime, offline=True), progress=False)
    texts = [[sentence.text for sentence in article.sentences] for article in articles]
    # Each evidence is paired with a sentence of its own, and with sentences that it may or may not back.
    pairs = [Pair(" ".join(some[:8]), claim) for some in texts for claim in (some[:1] + some[8:16:2])]

    async def write(prompts: Sequence[Prompt], emit: Callable[[int, str], None]) -> list[str]:
        written = await engines.write(prompts, emit)
        outputs.drafts.update(zip(prompts, written, strict=True))
        return written

    briefer = Briefer(engines.encode, write, engines.verify, engines.stamp, engines.grounding, engines.ranker)
    engines.start()
    try:
        await engines.ready()
        outputs = Outputs(await engines.encode([text for some in texts for text in some]), await engines.verify(pairs))
        for article in articles:
            try:
                outputs.briefings.append((await briefer.brief(article, Options()))[0])
            except StandfirstError:
                outputs.briefings.append(None)
    finally:
        await engines.close()
    return outputs


def texts_of(briefing: Briefing) -> tuple[str, ...]:
    return tuple(sentence.text for sentence in (*briefing.standfirst, *briefing.points))


def summarize(name: str, outputs: Outputs) -> None:
    briefings = [briefing for briefing in outputs.briefings if briefing is not None]
    sentences = [s for briefing in briefings for s in (*briefing.standfirst, *briefing.points)]
    written = sum(sentence.origin == "written" for sentence in sentences)
    refused = sum(len(briefing.refused) for briefing in briefings)
    support = statistics.mean(sentence.support for sentence in sentences)
    print(
        f"{name:9} {len(outputs.drafts)} drafts, {refused} refused; {len(sentences)} sentences, {written} written, "
        f"support {support:.3f}"
    )


def compare(names: tuple[str, str], one: Outputs, other: Outputs) -> None:
    """Print how the outputs of two runtimes or devices on the same articles differ."""
    difference = np.abs(one.vectors - other.vectors).max()
    print(f"vectors                {len(one.vectors)}, differ by at most {difference:.6f}, at length 1")
    logits = np.array([[finding.logit for finding in outputs.findings] for outputs in (one, other)])
    print(
        f"findings               {logits.shape[1]}, differ by at most {np.abs(logits[0] - logits[1]).max():.4f}, ",
        end="",
    )
    print(f"{(logits[0] * logits[1] < 0).sum()} of another sign")
    both = one.drafts.keys() & other.drafts.keys()
    pairs = [(a, b) for a, b in zip(one.briefings, other.briefings, strict=True) if a is not None and b is not None]
    print(f"drafts that differ     {sum(one.drafts[p] != other.drafts[p] for p in both)} of {len(both)}")
    print(f"sentences that differ  {sum(len(set(texts_of(b)) - set(texts_of(a))) for a, b in pairs)}", end="")
    print(f" of {sum(len(texts_of(b)) for _, b in pairs)}")
    print(f"briefings that differ  {sum(texts_of(a) != texts_of(b) for a, b in pairs)} of {len(pairs)}")
    for name, outputs in zip(names, (one, other), strict=True):
        summarize(name, outputs)


def read_articles(path: Path, count: int) -> list[Article]:
    """Return the first ``count`` articles of a file of objects with ``title`` and ``text``."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines()[:count])
    return [read_text(row["text"], title=row["title"]) for row in rows]


def main() -> None:
    articles = read_articles(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 50)
    one, other = (asyncio.run(make(runtime, articles)) for runtime in ("torch", "openvino"))
    compare(("torch", "openvino"), one, other)


if __name__ == "__main__":
    main()
