"""The briefer: from an article to its briefing. It knows the order of the stages, and the models as functions."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from standfirst import __version__
from standfirst.condensing.composition import Composition, Emit
from standfirst.condensing.drafting.answers import Write, stream_answers
from standfirst.condensing.drafting.shortening import Drafts, Shortening
from standfirst.condensing.ranker import Ranker
from standfirst.condensing.selection import Selection, fit_whole, select
from standfirst.condensing.source_sentence import SourceSentence, source_sentences_of
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, ModelStamp, Options, Timing
from standfirst.errors import TimedOut
from standfirst.grounding.case import Kind
from standfirst.grounding.index import Grounding, GroundingIndex, is_english
from standfirst.grounding.review import Draft, Verify, review, review_drafts
from standfirst.language.en.shortening import shorter_forms
from standfirst.telemetry import span
from standfirst_models.errors import PromptTooLong

Encode = Callable[[Sequence[str]], Awaitable[NDArray[np.float32]]]

#: A sentence of fewer words is quoted: there is nothing to shorten.
_MIN_WORDS = 12
#: A sentence of no more words is quoted as it is, and a shorter form of no more words is not made shorter still.
_READABLE_WORDS = 20


class Briefer:
    """Makes briefings with one writer, encoder and verifier, which ``stamp`` names.

    ``grounding`` judges drafts. ``ranker`` is None if there is none for the encoder.
    """

    def __init__(
        self,
        encode: Encode,
        write: Write,
        verify: Verify,
        stamp: ModelStamp,
        grounding: Grounding,
        ranker: Ranker | None = None,
    ) -> None:
        self._encode = encode
        self._write = write
        self._verify = verify
        self._stamp = stamp
        self._grounding = grounding
        self._ranker = ranker

    def briefing_id(self, article: Article, options: Options) -> str:
        """Return 32 hexadecimal digits of a SHA-256 over everything that the briefing of ``article`` depends on."""
        content = {
            "text": article.text,
            "spans": [(s.start, s.end) for s in article.sentences],
            "about": [article.title, article.url, article.site, article.author, article.published],
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

        The most salient sentences are selected. In the article's order, the first is the standfirst and the others are
        the points; none appears twice, and together they have at most ``options.max_words`` words. Each is shown as the
        writer's draft if the article backs the draft, and is quoted otherwise. An article that has no more sentences
        than the briefing may have is quoted whole.

        ``emit`` is called with each sentence as soon as it is certain to be shown, in any order. ``deadline`` is a time
        of ``time.monotonic``: what is not drafted and judged by then is quoted, and the coverage is not complete.

        Raises ``InvalidRequest`` if no sentence fits into ``max_words``, ``TimedOut`` if the deadline passes before the
        sentences are selected, and what the models raise.
        """
        started = time.perf_counter()
        indexing = asyncio.create_task(asyncio.to_thread(self._grounding.index, article))
        try:
            selection = await self._select(article, options, deadline)
        finally:
            grounding = await indexing
        selected = time.perf_counter()
        composition = Composition(article, options, grounding, selection, emit)
        strategy = _strategy(article, selection)
        composition.quote(c for c in selection.chosen if c not in strategy.sentences)
        is_complete = True
        try:
            async with asyncio.timeout_at(deadline):
                if article.title is not None:
                    [verdict] = await review(grounding, [article.title], self._verify)
                    composition.add_title(article.title, verdict)
                with span("drafting"):
                    drafted = await self._draft(composition, grounding, strategy)
        except TimeoutError:
            drafted, is_complete = time.perf_counter(), False
        composition.quote_remaining()
        composition.quote_headline()
        briefing = composition.briefing(self.briefing_id(article, options), self._stamp, complete=is_complete)
        return briefing, Timing(
            salience=round(1000 * (selected - started)),
            drafting=round(1000 * (drafted - selected)),
            grounding=round(1000 * (time.perf_counter() - drafted)),
        )

    async def _select(self, article: Article, options: Options, deadline: float | None) -> Selection:
        """Select sentences. What takes long for a long article runs in a thread, so that other callers are served."""
        candidates = await asyncio.to_thread(source_sentences_of, article)
        if fit_whole(candidates, options):
            return Selection(candidates, candidates)
        try:
            async with asyncio.timeout_at(deadline):
                with span("salience"):
                    vectors = await self._encode([c.text for c in candidates])
        except TimeoutError:
            raise TimedOut("The time was over before it was known which sentences matter.") from None
        ranker = self._ranker if is_english(article) else None
        return await asyncio.to_thread(select, candidates, vectors, ranker, options)

    async def _draft(self, composition: Composition, grounding: GroundingIndex, strategy: Shortening) -> float:
        """Have the writer draft, and judge the drafts as they arrive.

        Return the time, of ``time.perf_counter``, at which the last one arrived.
        """
        drafted = time.perf_counter()
        try:
            async with aclosing(stream_answers(self._write, strategy.prompts())) as batches:
                async for batch in batches:
                    drafted = time.perf_counter()
                    with span("grounding"):
                        await self._judge(composition, grounding, strategy.parse(batch))
        except PromptTooLong:
            # A sentence fills pages, because the text has no full stops. Everything is quoted.
            drafted = time.perf_counter()
        return drafted

    async def _judge(self, composition: Composition, grounding: GroundingIndex, drafts: Drafts) -> None:
        """Review ``drafts`` and add them to the composition, or else shorter forms or quotations."""
        written = await asyncio.to_thread(_with_speakers, grounding, drafts)
        reviewed = [Draft(draft, Kind.DRAFT, (candidate.text,)) for candidate, draft in written]
        if drafts.headline is not None:
            reviewed.append(Draft(drafts.headline, Kind.HEADLINE, composition.lead))
        verdicts = await review_drafts(grounding, reviewed, self._verify)
        if drafts.headline is not None:
            composition.add_headline(drafts.headline, verdicts[-1])
        settled: set[int] = set()
        for (candidate, draft), verdict in zip(written, verdicts, strict=False):
            if composition.add_draft(candidate, draft, verdict):
                settled.add(candidate.index)
        asked = [*drafts.failed, *(candidate for candidate, _ in drafts.sentences)]
        await self._shorten(composition, grounding, [c for c in asked if c.index not in settled])

    async def _shorten(
        self, composition: Composition, grounding: GroundingIndex, candidates: Sequence[SourceSentence]
    ) -> None:
        """Show a shorter form of each of ``candidates``, or quote it where it has none that may be shown."""
        forms = await asyncio.to_thread(
            lambda: [(c, form) for c in candidates for form in _shorter_forms(grounding, c)]
        )
        drafts = [Draft(form, Kind.DRAFT, (candidate.text,)) for candidate, form in forms]
        settled: set[int] = set()
        for (candidate, form), verdict in zip(forms, await review_drafts(grounding, drafts, self._verify), strict=True):
            if candidate.index not in settled and composition.add_shorter_form(candidate, form, verdict):
                settled.add(candidate.index)
        composition.quote(candidate for candidate in candidates if candidate.index not in settled)


def _with_speakers(grounding: GroundingIndex, drafts: Drafts) -> list[tuple[SourceSentence, str]]:
    """Return the drafts of sentences that are worth judging, with the speakers that they lost."""
    restored = [(candidate, grounding.with_speaker(draft, candidate.text)) for candidate, draft in drafts.sentences]
    return [(candidate, draft) for candidate, draft in restored if candidate.may_become(draft)]


def _shorter_forms(grounding: GroundingIndex, candidate: SourceSentence) -> list[str]:
    """Return the shorter forms of ``candidate``, the best first: readable, and otherwise with as much as possible."""
    if candidate.words <= _READABLE_WORDS:
        return []
    parsed = grounding.parses.of(candidate.text)
    forms = list(shorter_forms(parsed[0])) if parsed is not None else []
    return sorted(forms, key=lambda form: (max(_READABLE_WORDS, len(form.split())), -len(form)))


def _strategy(article: Article, selection: Selection) -> Shortening:
    """Return what the writer is asked: nothing if drafts cannot be judged, or if the whole article is quoted."""
    if selection.is_whole_article or not is_english(article):
        return Shortening([], [])
    sentences = [candidate for candidate in selection.chosen if candidate.words >= _MIN_WORDS]
    return Shortening(sentences, selection.lead if article.title is None else [])
