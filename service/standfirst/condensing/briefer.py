"""The briefer: from an article to its briefing. It knows the order of the stages, and the models as functions."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import asdict
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from standfirst import __version__
from standfirst.condensing.candidate import Candidate
from standfirst.condensing.composition import Composition, Emit
from standfirst.condensing.drafting.answers import Write, stream_answers
from standfirst.condensing.drafting.composing import Line
from standfirst.condensing.drafting.shortening import Drafts, Shortening
from standfirst.condensing.drafting.whole_article import compose, summarize
from standfirst.condensing.generation import Generator
from standfirst.condensing.headline import ranked_headlines
from standfirst.condensing.information import Information, information_of
from standfirst.condensing.pool import Pool, passes
from standfirst.condensing.ranker import Ranker
from standfirst.condensing.selection import fit_whole
from standfirst.condensing.source_sentence import SourceSentence, eligible, source_sentences_of
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, ModelStamp, Options, Timing
from standfirst.errors import InvalidRequest, TimedOut
from standfirst.grounding.case import Kind
from standfirst.grounding.index import Grounding, GroundingIndex, is_english
from standfirst.grounding.review import Draft, Verify, review, review_drafts, review_written
from standfirst.language.en.sentence_form import SentenceForm, sentence_form
from standfirst.telemetry import span
from standfirst_models.catalog import Strategy
from standfirst_models.errors import PromptTooLong

Encode = Callable[[Sequence[str]], Awaitable[NDArray[np.float32]]]

#: The most shorter forms that are reviewed as headlines, and how many at once.
_HEADLINES, _ROUND = 12, 3


class Briefer:
    """Makes briefings with one writer, encoder and verifier, which ``stamp`` names.

    ``grounding`` judges drafts. ``ranker`` is None if there is none for the encoder. ``strategy`` is how the writer
    drafts.
    """

    def __init__(
        self,
        encode: Encode,
        write: Write,
        verify: Verify,
        stamp: ModelStamp,
        grounding: Grounding,
        ranker: Ranker | None = None,
        strategy: Strategy = "shorten",
    ) -> None:
        self._encode = encode
        self._write = write
        self._verify = verify
        self._stamp = stamp
        self._grounding = grounding
        self._ranker = ranker
        self._strategy = strategy

    def briefing_id(self, article: Article, options: Options) -> str:
        """Return 32 hexadecimal digits of a SHA-256 over everything that the briefing of ``article`` depends on."""
        content: dict[str, object] = {
            "text": article.text,
            "sentences": [(s.start, s.end, s.text) for s in article.sentences],
            "about": [article.title, article.url, article.site, article.author, article.published],
            "is_title_given": article.is_title_given,
            "options": asdict(options),
            "model": asdict(self._stamp),
            "version": __version__,
        }
        if self._grounding.checks.off:
            content["checks_off"] = sorted(self._grounding.checks.off)
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]

    async def brief(
        self, article: Article, options: Options, emit: Emit = lambda _: None, deadline: float | None = None
    ) -> tuple[Briefing, Timing]:
        """Condense ``article``.

        The article's sentences, whole and shortened, are candidates; grounding judges the shortened ones. The best set
        within ``options.max_words`` is chosen, of which the first, the standfirst, tells the news. Then the writer
        drafts the sentences of the set, and a draft that the article backs is shown where it says more for its words.
        A writer that can drafts the whole article first: what it composes begins the set, and the sentences of its
        summary are candidates. An article that has no more sentences than the briefing may have is quoted whole.

        ``emit`` is called with each sentence as soon as it is certain to be shown, in any order. ``deadline`` is a time
        of ``time.monotonic``: what is not judged by then is not shown, and the coverage is not complete.

        Raises ``InvalidRequest`` if no sentence fits into ``max_words``, ``TimedOut`` if the deadline passes before it
        is known which sentences matter, and what the models raise.
        """
        started = time.perf_counter()
        indexing = asyncio.create_task(asyncio.to_thread(self._grounding.index, article))
        try:
            sources = await asyncio.to_thread(source_sentences_of, article)
            information = await self._information(article, sources, options, deadline)
        finally:
            grounding = await indexing
        generator = Generator(article, sources, grounding, information)
        pool = Pool(information, await asyncio.to_thread(generator.candidates, options))
        selected = time.perf_counter()
        is_drafted = is_english(article) and not fit_whole(sources, options)
        composition = Composition(article, options, grounding, pool, emit)
        is_complete = True
        try:
            async with asyncio.timeout_at(deadline):
                if article.title is not None:
                    [verdict] = await review(grounding, [article.title], self._verify)
                    composition.add_title(article.title, verdict)
                if is_drafted and self._strategy != "shorten":
                    with span("drafting"):
                        await self._draft_whole(composition, pool, generator, grounding, article, options)
                elif is_drafted and pool.lacks_lead(options):
                    with span("drafting"):
                        await self._draft_lead(pool, generator, grounding, options.max_words)
        except TimeoutError:
            is_complete = False
        begun = len(composition.chosen)
        chosen, is_judged = await self._choose(pool, generator, grounding, options, composition.chosen, deadline)
        if not chosen:
            raise _nothing_fits(sources, options)
        composition.choose(chosen[begun:])
        drafted, is_complete = time.perf_counter(), is_complete and is_judged
        headlines: list[Candidate] = []
        if not composition.has_headline:
            news = generator.sources[composition.chosen[0].sources[0]]
            headlines = await asyncio.to_thread(generator.headlines, news, composition.chosen[0].text)
        try:
            async with asyncio.timeout_at(deadline):
                if is_drafted and self._strategy == "shorten":
                    with span("drafting"):
                        drafted = await self._draft(composition, generator, grounding, headlines)
                if not composition.has_headline:
                    await self._choose_headline(composition, generator, grounding, headlines)
        except TimeoutError:
            is_complete = False
        composition.settle_remaining()
        composition.quote_headline()
        briefing = composition.briefing(self.briefing_id(article, options), self._stamp, complete=is_complete)
        return briefing, Timing(
            salience=round(1000 * (selected - started)),
            drafting=round(1000 * (drafted - selected)),
            grounding=round(1000 * (time.perf_counter() - drafted)),
        )

    async def _information(
        self, article: Article, sources: Sequence[SourceSentence], options: Options, deadline: float | None
    ) -> Information:
        """Find out what matters. What takes long for a long article runs in a thread, so that others are served."""
        if fit_whole(sources, options):
            alike = np.zeros((len(sources) + 1, 1), dtype=np.float32)
            return information_of(sources, alike, article.title, None, is_english=is_english(article))
        title = [] if article.title is None else [article.title]
        try:
            async with asyncio.timeout_at(deadline):
                with span("salience"):
                    vectors = await self._encode([*(source.text for source in sources), *title])
        except TimeoutError:
            raise TimedOut("The time was over before it was known which sentences matter.") from None
        return await asyncio.to_thread(
            information_of, sources, vectors, article.title, self._ranker, is_english=is_english(article)
        )

    async def _choose(
        self,
        pool: Pool,
        generator: Generator,
        grounding: GroundingIndex,
        options: Options,
        begun: Sequence[Candidate],
        deadline: float | None,
    ) -> tuple[list[Candidate], bool]:
        """Return the best set of which grounding lets everything pass, and whether all was judged in time.

        ``begun`` are in the set. With ``options.on_unsupported`` "drop" nothing takes the place of other drafts.
        """
        if fit_whole(generator.sources, options):
            return generator.quotations(), True
        if begun and options.on_unsupported == "drop":
            return [*begun], True
        try:
            async with asyncio.timeout_at(deadline):
                while True:
                    chosen = await asyncio.to_thread(pool.choose, options, begun)
                    unreviewed = pool.unreviewed(chosen)
                    if not unreviewed:
                        return chosen, True
                    with span("grounding"):
                        await self._review(pool, generator, grounding, unreviewed)
        except TimeoutError:
            return pool.choose(options, begun, reviewed_only=True), False

    async def _review(
        self, pool: Pool, generator: Generator, grounding: GroundingIndex, candidates: Sequence[Candidate]
    ) -> None:
        drafts = [Draft(c.text, Kind.DRAFT, generator.texts(c), c.origin == "shortened") for c in candidates]
        for candidate, verdict in zip(candidates, await review_drafts(grounding, drafts, self._verify), strict=True):
            pool.add_verdict(candidate, verdict)

    async def _draft_whole(
        self,
        composition: Composition,
        pool: Pool,
        generator: Generator,
        grounding: GroundingIndex,
        article: Article,
        options: Options,
    ) -> None:
        """Have the writer draft the whole article, and judge each line as it arrives."""
        ranked = [generator.sources[index] for index in np.argsort(-pool.information.scores, kind="stable")]
        if self._strategy == "compose":
            lines = compose(self._write, article.title, ranked, options.points)
        else:
            lines = summarize(self._write, ranked)
        try:
            async with aclosing(lines):
                async for line in lines:
                    with span("grounding"):
                        await self._judge_line(line, composition, pool, generator, grounding, options)
        except PromptTooLong:
            return  # The writer can read none of it: nothing is drafted.

    async def _judge_line(
        self,
        line: Line,
        composition: Composition,
        pool: Pool,
        generator: Generator,
        grounding: GroundingIndex,
        options: Options,
    ) -> None:
        """Review what ``line`` says, and add to the pool and the composition what may be shown.

        What is composed begins the briefing. The sentences of a summary are candidates like others.
        """
        if line.headline is not None and not composition.has_headline:
            [verdict] = await review_written(grounding, [line.headline], self._verify, Kind.HEADLINE)
            composition.add_headline(line.headline, verdict)
        verdicts = await review_written(grounding, line.sentences, self._verify, Kind.DRAFT)
        for text, verdict in zip(line.sentences, verdicts, strict=True):
            if not passes(verdict):
                composition.add_refused(text, verdict)
            is_flagged = options.on_unsupported == "flag" and not verdict.is_backed
            is_understood = sentence_form(text) is SentenceForm.SELF_CONTAINED
            if verdict.sources and is_understood and (passes(verdict) or is_flagged):
                candidate = generator.written(text, verdict.sources)
                pool.add(candidate, verdict)
                if self._strategy == "compose":
                    composition.begin(candidate)

    async def _draft_lead(self, pool: Pool, generator: Generator, grounding: GroundingIndex, max_words: int) -> None:
        """Add the main clause of the lead to the pool, and what the writer makes of the lead if that may be shown."""
        pool.extend(await asyncio.to_thread(generator.statements_of_lead, max_words))
        strategy = Shortening(generator.sources[:1], [])
        try:
            texts = await self._write(strategy.prompts(), lambda *_: None)
        except PromptTooLong:
            return
        for source, draft in await asyncio.to_thread(_with_speakers, grounding, strategy.parse(enumerate(texts))):
            [verdict] = await review_drafts(grounding, [Draft(draft, Kind.DRAFT, (source.text,))], self._verify)
            if passes(verdict):
                pool.add(generator.candidate(draft, "written", source), verdict)

    async def _draft(
        self,
        composition: Composition,
        generator: Generator,
        grounding: GroundingIndex,
        headlines: Sequence[Candidate],
    ) -> float:
        """Have the writer draft, and judge the drafts as they arrive.

        Of news that syntax made ``headlines`` of, those are better than what a small writer drafts. Return the
        time, of ``time.perf_counter``, at which the last one arrived.
        """
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
                        await self._judge(composition, generator, grounding, strategy.parse(batch))
        except PromptTooLong:
            # A sentence fills pages, because the text has no full stops. Nothing is drafted.
            drafted = time.perf_counter()
        return drafted

    async def _judge(
        self, composition: Composition, generator: Generator, grounding: GroundingIndex, drafts: Drafts
    ) -> None:
        """Review ``drafts`` and add them to the composition."""
        composition.settle(drafts.failed)
        written = await asyncio.to_thread(_with_speakers, grounding, drafts)
        reviewed = [Draft(draft, Kind.DRAFT, (source.text,)) for source, draft in written]
        if drafts.headline is not None:
            reviewed.append(Draft(drafts.headline, Kind.HEADLINE, generator.texts(composition.chosen[0])))
        verdicts = await review_drafts(grounding, reviewed, self._verify)
        if drafts.headline is not None:
            headline = generator.written(drafts.headline, composition.chosen[0].sources)
            composition.hold_headline(headline, verdicts[-1])
        for (source, draft), verdict in zip(written, verdicts, strict=False):
            composition.add_draft(source, generator.candidate(draft, "written", source), verdict)
        composition.settle(source for source, _ in drafts.sentences)

    async def _choose_headline(
        self,
        composition: Composition,
        generator: Generator,
        grounding: GroundingIndex,
        forms: Sequence[Candidate],
    ) -> None:
        """Show the best that passes of the writer's headline and of ``forms``."""
        news = generator.sources[composition.chosen[0].sources[0]]
        held = composition.held_headline
        sentence = generator.candidate(news.text, "quoted", news)
        ranked = ranked_headlines(forms if held is None else [*forms, held[0]], sentence, composition.information)
        better = list(takewhile(lambda candidate: held is None or candidate != held[0], ranked))[:_HEADLINES]
        best = held
        for start in range(0, len(better), _ROUND):
            some = better[start : start + _ROUND]
            drafts = [Draft(c.plain or c.text, Kind.HEADLINE, generator.texts(c), is_pruned=True) for c in some]
            reviewed = zip(some, await review_drafts(grounding, drafts, self._verify), strict=True)
            passed = next(((candidate, verdict) for candidate, verdict in reviewed if passes(verdict)), None)
            if passed is not None:
                best = passed
                break
        if best is not None:
            composition.show_headline(*best)


def _with_speakers(grounding: GroundingIndex, drafts: Drafts) -> list[tuple[SourceSentence, str]]:
    """Return the drafts of sentences that are worth judging, with the speakers that they lost."""
    grounding.parses.prepare([source.text for source, _ in drafts.sentences], [draft for _, draft in drafts.sentences])
    restored = [(source, grounding.with_speaker(draft, source.text)) for source, draft in drafts.sentences]
    return [(source, draft) for source, draft in restored if source.may_become(draft)]


def _nothing_fits(sources: Sequence[SourceSentence], options: Options) -> InvalidRequest:
    shortest = min(source.words for source, may in zip(sources, eligible(sources), strict=True) if may)
    if shortest <= options.max_words:
        return InvalidRequest("No sentence of the article is understood without the others, so none can be shown.")
    return InvalidRequest(
        f"No sentence of the article fits into max_words: {options.max_words}. "
        f"Its shortest that stands alone has {shortest}."
    )
