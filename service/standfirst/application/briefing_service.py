"""The desk: a source comes in, its briefing goes out: the kept one if there is one, else a new one.

Or a source comes in with a summary of it, and what backs the summary goes out.
Identical requests at the same time share one computation, which ends when the last who waits for it has gone.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from dataclasses import dataclass
from functools import partial

from standfirst.application.verification_service import verify as verify_claims
from standfirst.condensing.briefer import Briefer
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, Options, PlacedSentence, ServedBriefing, Timing, placed_sentences
from standfirst.domain.verification import ServedVerification
from standfirst.errors import StoreFailed, TimedOut
from standfirst.grounding.review import Verify
from standfirst.reading.source import Reader, Source
from standfirst.reading.summary import split_summary
from standfirst.store.briefings import BriefingStore, StoredBriefing
from standfirst.telemetry import span

_log = logging.getLogger(__name__)


#: What a caller follows a briefing by: its article, its sentences as they come, and in the end the whole.
Progress = Article | PlacedSentence | ServedBriefing


@dataclass(slots=True)
class _Shared:
    """A computation that callers share: who follows it, and what they have been told."""

    task: asyncio.Task[tuple[Briefing, Timing]]
    told: list[PlacedSentence]
    following: list[Callable[[PlacedSentence], None]]
    waiting: int = 0


class BriefingService:
    """Reads, looks up, briefs and keeps. ``store`` None keeps nothing; ``served`` is told of each briefing given.

    ``place`` of a caller is held while the models work for it; what it raises is what the caller gets.
    """

    def __init__(
        self,
        reader: Reader,
        briefer: Briefer,
        verifier: Verify,
        store: BriefingStore | None,
        served: Callable[[ServedBriefing], None] = lambda _: None,
        place: Callable[[str], AbstractAsyncContextManager[None]] = lambda _: nullcontext(),
    ) -> None:
        self._reader = reader
        self._briefer = briefer
        self._verifier = verifier
        self._store = store
        self._served = served
        self._place = place
        self._running: dict[str, _Shared] = {}

    async def serve(
        self,
        source: Source,
        options: Options,
        until: float | None = None,
        tell: Callable[[Progress], None] = lambda _: None,
        caller: str = "",
    ) -> ServedBriefing:
        """The briefing of ``source`` for ``caller``; raises what reading, the briefer and the models raise.

        What is not written at ``until`` (of ``time.monotonic``) is quoted; where the article is not even read and its
        sentences weighed by then, ``TimedOut`` is raised. ``tell`` is called with the article when it is read, and
        with each sentence as it comes.
        """
        started = time.perf_counter()
        try:
            async with asyncio.timeout_at(until):
                with span("reading"):
                    article = await self._reader.read(source)
        except TimeoutError:
            raise TimedOut("The time was over before the article had been read.") from None
        reading_ms = _since(started)
        tell(article)
        briefing_id = await self.briefing_id(article, options)
        kept = await self.find(briefing_id)
        if kept is not None:
            stages = Timing(0, 0, 0)
            for placed in placed_sentences(kept.briefing):
                tell(placed)
            return self._given(ServedBriefing(kept.article, kept.briefing, True, reading_ms, stages, _since(started)))
        if until is None:
            briefing, stages = await self._once(briefing_id, article, options, tell, caller)
        else:  # nobody shares what may be cut short
            briefing, stages = await self._make(article, options, tell, caller, until)
        return self._given(ServedBriefing(article, briefing, False, reading_ms, stages, _since(started)))

    async def briefing_id(self, article: Article, options: Options) -> str:
        """The id that the briefing of ``article`` has, or will have."""
        return await asyncio.to_thread(self._briefer.briefing_id, article, options)

    def _given(self, served: ServedBriefing) -> ServedBriefing:
        self._served(served)
        return served

    async def verify(self, source: Source, summary: str, caller: str = "") -> ServedVerification:
        """What the article of ``source`` says to ``summary``, for ``caller``.

        Raises what reading them and the verifier raise.
        """
        return await verify(self._reader, self._verifier, source, summary, partial(self._place, caller))

    async def find(self, briefing_id: str) -> StoredBriefing | None:
        """The kept briefing of that id, or None. Raises ``StoreFailed``."""
        if self._store is None:
            return None
        return await asyncio.to_thread(self._store.find, briefing_id)

    async def _once(
        self, key: str, article: Article, options: Options, tell: Callable[[PlacedSentence], None], caller: str
    ) -> tuple[Briefing, Timing]:
        shared = self._running.get(key)
        if shared is None:
            told, following = list[PlacedSentence](), list[Callable[[PlacedSentence], None]]()

            def tell_all(placed: PlacedSentence) -> None:
                told.append(placed)
                for one in following:
                    one(placed)

            task = asyncio.create_task(self._make(article, options, tell_all, caller, None))
            shared = self._running[key] = _Shared(task, told, following)
            task.add_done_callback(lambda _: self._forget(key, task))
        for placed in shared.told:
            tell(placed)
        shared.following.append(tell)
        shared.waiting += 1
        try:
            return await asyncio.shield(shared.task)
        finally:
            shared.following.remove(tell)
            shared.waiting -= 1
            if not shared.waiting:
                self._forget(key, shared.task)
                shared.task.cancel()

    def _forget(self, key: str, task: asyncio.Task[tuple[Briefing, Timing]]) -> None:
        shared = self._running.get(key)
        if shared is not None and shared.task is task:  # not that of who has come since
            del self._running[key]

    async def _make(
        self,
        article: Article,
        options: Options,
        tell: Callable[[PlacedSentence], None],
        caller: str,
        until: float | None,
    ) -> tuple[Briefing, Timing]:
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout_at(until):
                    await stack.enter_async_context(self._place(caller))
            except TimeoutError:
                raise TimedOut("The time was over before it was this article's turn.") from None
            briefing, stages = await self._briefer.brief(article, options, tell, until)
        # With more time the same request gives another briefing.
        if self._store is not None and briefing.coverage.complete:
            try:
                await asyncio.to_thread(self._store.keep, StoredBriefing(article, briefing))
            except StoreFailed as error:
                # A full disk must not cost the reader the briefing that is already made.
                _log.warning("the briefing was made but not kept: %s", error)
        return briefing, stages


async def verify(
    reader: Reader,
    verifier: Verify,
    source: Source,
    summary: str,
    place: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
) -> ServedVerification:
    """As ``BriefingService.verify`` does, for who has no desk. A page is fetched before the ``place`` is taken."""
    article = await reader.read(source)
    claims = split_summary(summary, article.language)
    async with place():
        return ServedVerification(article, await verify_claims(article, claims, verifier))


def _since(started: float) -> int:
    return round(1000 * (time.perf_counter() - started))
