"""The drafter: has the writer draft for one briefing, and grounding judge what it drafts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing
from typing import Literal

import numpy as np

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.composition import Composition
from standfirst.condensing.drafting.answers import Write, stream_answers
from standfirst.condensing.drafting.composing import Line
from standfirst.condensing.drafting.shortening import Drafts, Shortening
from standfirst.condensing.drafting.whole_article import compose, summarize
from standfirst.condensing.generation import Generator
from standfirst.condensing.pool import passes
from standfirst.condensing.source_sentence import SourceSentence
from standfirst.grounding.case import Kind
from standfirst.grounding.index import GroundingIndex
from standfirst.grounding.review import Draft, Verify, review_drafts, review_written
from standfirst.language.en.sentence_form import SentenceForm, sentence_form
from standfirst.telemetry import span
from standfirst_models.errors import PromptTooLong


class Drafter:
    """Adds drafts that the article backs to ``composition`` and its pool. ``generator`` makes candidates of them."""

    def __init__(self, write: Write, verify: Verify, composition: Composition, generator: Generator) -> None:
        self._write = write
        self._verify = verify
        self._composition = composition
        self._generator = generator

    async def draft_article(self, strategy: Literal["compose", "summarize"]) -> None:
        """Have the writer draft the whole article, and judge each line as it arrives.

        What it composes begins the briefing. The sentences of a summary are candidates like others.
        """
        scores = self._composition.pool.information.scores
        ranked = [self._generator.sources[index] for index in np.argsort(-scores, kind="stable")]
        if strategy == "compose":
            composition = self._composition
            lines = compose(self._write, composition.article.title, ranked, composition.options.points)
        else:
            lines = summarize(self._write, ranked)
        try:
            async with aclosing(lines):
                async for line in lines:
                    with span("grounding"):
                        await self._judge_line(line, begins=strategy == "compose")
        except PromptTooLong:
            return  # The writer can read none of it: nothing is drafted.

    async def _judge_line(self, line: Line, *, begins: bool) -> None:
        """Review what ``line`` says, and add to the pool what may be shown. Choose it if the briefing ``begins`` so."""
        composition = self._composition
        if line.headline is not None and not composition.has_headline:
            [verdict] = await review_written(composition.grounding, [line.headline], self._verify, Kind.HEADLINE)
            composition.add_headline(line.headline, verdict)
        verdicts = await review_written(composition.grounding, line.sentences, self._verify, Kind.DRAFT)
        for text, verdict in zip(line.sentences, verdicts, strict=True):
            if not passes(verdict):
                composition.add_refused(text, verdict)
            is_flagged = composition.options.on_unsupported == "flag" and not verdict.is_backed
            is_understood = sentence_form(text) is SentenceForm.SELF_CONTAINED
            if verdict.sources and is_understood and (passes(verdict) or is_flagged):
                candidate = self._generator.written(text, verdict.sources)
                composition.pool.add(candidate, verdict)
                if begins:
                    composition.begin(candidate)

    async def draft_lead(self) -> None:
        """Add the main clause of the lead to the pool, and what the writer makes of the lead if that may be shown."""
        composition, generator = self._composition, self._generator
        max_words = composition.options.max_words
        composition.pool.extend(await asyncio.to_thread(generator.statements_of_lead, max_words))
        strategy = Shortening(generator.sources[:1], [])
        try:
            texts = await self._write(strategy.prompts(), lambda *_: None)
        except PromptTooLong:
            return
        drafts = strategy.parse(enumerate(texts))
        for source, draft in await asyncio.to_thread(_with_speakers, composition.grounding, drafts):
            reviewed = [Draft(draft, Kind.DRAFT, (source.text,))]
            [verdict] = await review_drafts(composition.grounding, reviewed, self._verify)
            if passes(verdict):
                composition.pool.add(generator.candidate(draft, "written", source), verdict)

    async def draft_sentences(self, headlines: Sequence[Candidate]) -> float:
        """Have the writer draft the chosen sentences and a headline, and judge the drafts as they arrive.

        Of news that syntax made ``headlines`` of, those are better than what a small writer drafts. Return the
        time, of ``time.perf_counter``, at which the last one arrived.
        """
        composition, generator = self._composition, self._generator
        chosen = [generator.sources[candidate.sources[0]] for candidate in composition.chosen]
        is_headed = composition.has_headline or any(c.plain and c.sources[0] == chosen[0].index for c in headlines)
        strategy = Shortening(
            [generator.sources[candidate.sources[0]] for candidate in composition.to_draft()],
            [] if is_headed else chosen[:1],
        )
        composition.settle(source for source in chosen if source not in strategy.sentences)
        drafted = time.perf_counter()
        try:
            async with aclosing(stream_answers(self._write, strategy.prompts())) as batches:
                async for batch in batches:
                    drafted = time.perf_counter()
                    with span("grounding"):
                        await self._judge(strategy.parse(batch))
        except PromptTooLong:
            # A sentence fills pages, because the text has no full stops. Nothing is drafted.
            drafted = time.perf_counter()
        return drafted

    async def _judge(self, drafts: Drafts) -> None:
        """Review ``drafts`` and add them to the composition."""
        composition, generator = self._composition, self._generator
        composition.settle(drafts.failed)
        written = await asyncio.to_thread(_with_speakers, composition.grounding, drafts)
        reviewed = [Draft(draft, Kind.DRAFT, (source.text,)) for source, draft in written]
        if drafts.headline is not None:
            reviewed.append(Draft(drafts.headline, Kind.HEADLINE, generator.texts(composition.chosen[0])))
        verdicts = await review_drafts(composition.grounding, reviewed, self._verify)
        if drafts.headline is not None:
            headline = generator.written(drafts.headline, composition.chosen[0].sources)
            composition.hold_headline(headline, verdicts[-1])
        for (source, draft), verdict in zip(written, verdicts, strict=False):
            composition.add_draft(source, generator.candidate(draft, "written", source), verdict)
        composition.settle(source for source, _ in drafts.sentences)


def _with_speakers(grounding: GroundingIndex, drafts: Drafts) -> list[tuple[SourceSentence, str]]:
    """Return the drafts of sentences that are worth judging, with the speakers that they lost."""
    grounding.parses.prepare([source.text for source, _ in drafts.sentences], [draft for _, draft in drafts.sentences])
    restored = [(source, grounding.with_speaker(draft, source.text)) for source, draft in drafts.sentences]
    return [(source, draft) for source, draft in restored if source.may_become(draft)]
