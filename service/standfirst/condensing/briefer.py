"""The briefer: from an article to its briefing. It knows the order of the stages, and the models as functions."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from standfirst import __version__
from standfirst.condensing.candidate import Candidate
from standfirst.condensing.composition import Composition, Emit
from standfirst.condensing.drafter import Drafter
from standfirst.condensing.drafting.answers import Write
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
from standfirst.grounding.index import Grounding, is_english
from standfirst.grounding.review import Draft, Verify, review, review_drafts
from standfirst.telemetry import span
from standfirst_models.catalog import Strategy

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
        drafter = Drafter(self._write, self._verify, composition, generator)
        is_complete = True
        try:
            async with asyncio.timeout_at(deadline):
                if article.title is not None:
                    [verdict] = await review(grounding, [article.title], self._verify)
                    composition.add_title(article.title, verdict)
                if is_drafted and self._strategy != "shorten":
                    with span("drafting"):
                        await drafter.draft_article(self._strategy)
                elif is_drafted and pool.lacks_lead(options):
                    with span("drafting"):
                        await drafter.draft_lead()
        except TimeoutError:
            is_complete = False
        is_complete &= await self._choose(composition, generator, deadline)
        if not composition.chosen:
            raise _nothing_fits(sources, options)
        drafted = time.perf_counter()
        headlines: list[Candidate] = []
        if not composition.has_headline:
            news = generator.sources[composition.chosen[0].sources[0]]
            headlines = await asyncio.to_thread(generator.headlines, news, composition.chosen[0].text)
        try:
            async with asyncio.timeout_at(deadline):
                if is_drafted and self._strategy == "shorten":
                    with span("drafting"):
                        drafted = await drafter.draft_sentences(headlines)
                if not composition.has_headline:
                    await self._choose_headline(composition, generator, headlines)
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

    async def _choose(self, composition: Composition, generator: Generator, deadline: float | None) -> bool:
        """Choose the best set of which grounding lets everything pass; return whether all was judged in time.

        What is chosen already is in the set. With ``options.on_unsupported`` "drop" nothing takes the place of other
        drafts.
        """
        pool, options, begun = composition.pool, composition.options, [*composition.chosen]
        if fit_whole(generator.sources, options):
            composition.choose(generator.quotations())
            return True
        if begun and options.on_unsupported == "drop":
            return True
        is_judged = True
        try:
            async with asyncio.timeout_at(deadline):
                while True:
                    chosen = await asyncio.to_thread(pool.choose, options, begun)
                    unreviewed = pool.unreviewed(chosen)
                    if not unreviewed:
                        break
                    with span("grounding"):
                        await self._review(composition, generator, unreviewed)
                added = await self._with_introductions(composition, generator, chosen[len(begun) :])
        except TimeoutError:
            added, is_judged = pool.choose(options, begun, reviewed_only=True)[len(begun) :], False
        composition.choose(added)
        return is_judged

    async def _with_introductions(
        self, composition: Composition, generator: Generator, added: Sequence[Candidate]
    ) -> list[Candidate]:
        """Return ``added``, which are to be chosen, with people named in full where the briefing first names them."""
        limit, pool = composition.options.max_words, composition.pool
        named = await asyncio.to_thread(generator.introduced, composition.chosen, added, limit)
        with span("grounding"):
            await self._review(composition, generator, pool.unreviewed(named))
        return [
            new if pool.may_be_chosen(new, reviewed_only=True) else old for old, new in zip(added, named, strict=True)
        ]

    async def _review(self, composition: Composition, generator: Generator, candidates: Sequence[Candidate]) -> None:
        drafts = [Draft(c.text, Kind.DRAFT, generator.texts(c), c.origin == "shortened") for c in candidates]
        verdicts = await review_drafts(composition.grounding, drafts, self._verify)
        for candidate, verdict in zip(candidates, verdicts, strict=True):
            composition.pool.add_verdict(candidate, verdict)

    async def _choose_headline(
        self, composition: Composition, generator: Generator, forms: Sequence[Candidate]
    ) -> None:
        """Show the best that passes of the writer's headline and of ``forms``."""
        news = generator.sources[composition.chosen[0].sources[0]]
        held = composition.held_headline
        sentence = generator.candidate(news.text, "quoted", news)
        ranked = ranked_headlines(forms if held is None else [*forms, held[0]], sentence, composition.pool.information)
        better = list(takewhile(lambda candidate: held is None or candidate != held[0], ranked))[:_HEADLINES]
        best = held
        for start in range(0, len(better), _ROUND):
            some = better[start : start + _ROUND]
            drafts = [Draft(c.plain or c.text, Kind.HEADLINE, generator.texts(c), is_pruned=True) for c in some]
            reviewed = zip(some, await review_drafts(composition.grounding, drafts, self._verify), strict=True)
            passed = next(((candidate, verdict) for candidate, verdict in reviewed if passes(verdict)), None)
            if passed is not None:
                best = passed
                break
        if best is not None:
            composition.show_headline(*best)


def _nothing_fits(sources: Sequence[SourceSentence], options: Options) -> InvalidRequest:
    shortest = min(source.words for source, may in zip(sources, eligible(sources), strict=True) if may)
    if shortest <= options.max_words:
        return InvalidRequest("No sentence of the article is understood without the others, so none can be shown.")
    return InvalidRequest(
        f"No sentence of the article fits into max_words: {options.max_words}. "
        f"Its shortest that stands alone has {shortest}."
    )
