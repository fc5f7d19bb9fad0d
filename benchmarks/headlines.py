"""Measure headlines against the publisher's titles, which are withheld, and how good they could be at best.

    python -m benchmarks.headlines ARTICLES.jsonl FIRST LAST

ARTICLES has objects with ``text`` and ``title``; those from line FIRST up to LAST are read, counted from 0. ROUGE-1 is
stemmed. The best possible is that of the candidate, among those that grounding lets pass, which is most like the title;
where there is none, that of the standfirst. The weights must be in the cache already.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from standfirst.application.engines import Engines
from standfirst.condensing.briefer import Briefer
from standfirst.condensing.drafting.answers import parse_headline
from standfirst.condensing.drafting.shortening import headline_prompt
from standfirst.condensing.generation import Generator
from standfirst.condensing.information import information_of
from standfirst.condensing.pool import passes
from standfirst.condensing.source_sentence import source_sentences_of
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, Options
from standfirst.evaluation.measures import mean, rouge
from standfirst.grounding.case import Kind
from standfirst.grounding.review import Draft, review_drafts
from standfirst.reading.text import read_text
from standfirst.settings import Settings
from standfirst.wiring import open_engines
from standfirst_models.protocols.writer import Prompt


async def candidates(article: Article, briefing: Briefing, drafts: Sequence[str], engines: Engines) -> list[str]:
    """Return the texts that could be the headline of ``briefing``; ``drafts`` are the writer's."""
    sources = source_sentences_of(article)
    vectors = await engines.encode([source.text for source in sources])
    information = information_of(sources, vectors, None, engines.ranker, is_english=True)
    grounding = engines.grounding.index(article)
    generator = Generator(article, sources, grounding, information)
    generator.candidates(Options())  # puts names in for pronouns
    starts = [passage.start for passage in briefing.standfirst[0].sources]
    news = [index for index, sentence in enumerate(article.sentences) if sentence.start in starts]
    found = generator.headlines(generator.sources[news[0]], briefing.standfirst[0].text)
    found += [generator.written(draft, tuple(news)) for draft in drafts]
    reviewed = [Draft(c.plain or c.text, Kind.HEADLINE, generator.texts(c), c.origin != "written") for c in found]
    verdicts = await review_drafts(grounding, reviewed, engines.verify)
    return [c.text for c, verdict in zip(found, verdicts, strict=True) if passes(verdict)]


async def measure(rows: Sequence[dict[str, str]]) -> None:
    engines = open_engines(Settings(offline=True), progress=False)
    drafts: list[str] = []

    async def write(prompts: Sequence[Prompt], emit: Callable[[int, str], None]) -> list[str]:
        written = await engines.write(prompts, emit)
        is_headline = [prompt.instruction == headline_prompt([]).instruction for prompt in prompts]
        parsed = [parse_headline(text) for text, is_one in zip(written, is_headline, strict=True) if is_one]
        drafts.extend(draft for draft in parsed if draft)
        return written

    briefer = Briefer(engines.encode, write, engines.verify, engines.stamp, engines.grounding, engines.ranker)
    engines.start()
    scores, best, words, origins = [], [], [], Counter[str]()
    try:
        await engines.ready()
        for row in rows:
            article = read_text(row["text"])
            drafts.clear()
            briefing, _ = await briefer.brief(article, Options())
            assert briefing.headline is not None
            headline, standfirst = briefing.headline.text, briefing.standfirst[0].text
            scores.append(rouge([row["title"]], [headline])[0])
            words.append(len(headline.split()))
            origins["repeats" if headline.rstrip(".") == standfirst.rstrip(".") else briefing.headline.origin] += 1
            possible = await candidates(article, briefing, drafts, engines) or [standfirst]
            best.append(max(rouge([row["title"]], [text])[0] for text in possible))
    finally:
        await engines.close()
    for name, values in (("ROUGE-1", scores), ("best possible", best)):
        found = mean(values)
        print(f"{name:20} {found.value:.1f} ({found.low:.1f} to {found.high:.1f}), {len(values)} articles")
    print(f"{'words':20} {statistics.mean(words):.1f} mean, {max(words)} most")
    for name in ("written", "shortened", "quoted", "repeats"):
        print(f"{name:20} {origins[name] / len(rows):.0%}{' the standfirst' if name == 'repeats' else ''}")


def main() -> None:
    first, last = int(sys.argv[2]), int(sys.argv[3])
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()[first:last]
    asyncio.run(measure([json.loads(line) for line in lines]))


if __name__ == "__main__":
    main()
