"""The desk: a source comes in, its briefing goes out: the kept one if there is one, else a new one.

Or a source comes in with a summary of it, and what backs the summary goes out.
Identical requests at the same time share one computation, which ends when the last who waits for it has gone.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass

from standfirst.article import Article
from standfirst.briefing import Briefing, Options
from standfirst.condensing.briefer import Briefer, Timing
from standfirst.condensing.grounding.judging import Verify
from standfirst.condensing.verifier import verify as verify_claims
from standfirst.errors import StoreFailed
from standfirst.reading.source import Reader, Source
from standfirst.reading.summary import split_summary
from standfirst.store.briefings import BriefingStore, Kept
from standfirst.verification import Verification

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Served:
    """A briefing with its article, whether it was kept from before, and the milliseconds that it took."""

    article: Article
    briefing: Briefing
    cached: bool
    reading_ms: int
    stages: Timing
    total_ms: int


@dataclass(frozen=True, slots=True)
class Verified:
    """A verification with the article that its offsets speak of."""

    article: Article
    verification: Verification


@dataclass(slots=True)
class _Shared:
    task: asyncio.Task[tuple[Briefing, Timing]]
    waiting: int = 0


class Desk:
    """Reads, looks up, briefs and keeps. ``store`` None keeps nothing."""

    def __init__(self, reader: Reader, briefer: Briefer, verifier: Verify, store: BriefingStore | None) -> None:
        self._reader = reader
        self._briefer = briefer
        self._verifier = verifier
        self._store = store
        self._running: dict[str, _Shared] = {}

    async def serve(self, source: Source, options: Options) -> Served:
        """The briefing of ``source``; raises what reading, the briefer and the models raise."""
        started = time.perf_counter()
        article = await self._reader.read(source)
        reading_ms = _since(started)
        briefing_id = await asyncio.to_thread(self._briefer.briefing_id, article, options)
        kept = await self.find(briefing_id)
        if kept is not None:
            stages = Timing(0, 0, 0)
            return Served(kept.article, kept.briefing, True, reading_ms, stages, _since(started))
        briefing, stages = await self._once(briefing_id, article, options)
        return Served(article, briefing, False, reading_ms, stages, _since(started))

    async def verify(self, source: Source, summary: str) -> Verified:
        """What the article of ``source`` says to ``summary``; raises what reading them and the verifier raise."""
        return await verify(self._reader, self._verifier, source, summary)

    async def find(self, briefing_id: str) -> Kept | None:
        """The kept briefing of that id, or None. Raises ``StoreFailed``."""
        if self._store is None:
            return None
        return await asyncio.to_thread(self._store.find, briefing_id)

    async def _once(self, key: str, article: Article, options: Options) -> tuple[Briefing, Timing]:
        shared = self._running.get(key)
        if shared is None:
            shared = _Shared(asyncio.create_task(self._make(article, options)))
            self._running[key] = shared
            shared.task.add_done_callback(lambda _: self._running.pop(key, None))
        shared.waiting += 1
        try:
            return await asyncio.shield(shared.task)
        finally:
            shared.waiting -= 1
            if not shared.waiting:
                self._running.pop(key, None)
                shared.task.cancel()

    async def _make(self, article: Article, options: Options) -> tuple[Briefing, Timing]:
        briefing, stages = await self._briefer.brief(article, options)
        if self._store is not None:
            try:
                await asyncio.to_thread(self._store.keep, Kept(article, briefing))
            except StoreFailed as error:
                # A full disk must not cost the reader the briefing that is already made.
                _log.warning("the briefing was made but not kept: %s", error)
        return briefing, stages


async def verify(reader: Reader, verifier: Verify, source: Source, summary: str) -> Verified:
    """As ``Desk.verify`` does, for who has no desk."""
    article = await reader.read(source)
    claims = split_summary(summary, article.language)
    return Verified(article, await verify_claims(article, claims, verifier))


def _since(started: float) -> int:
    return round(1000 * (time.perf_counter() - started))
