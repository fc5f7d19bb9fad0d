"""The briefing service: turns a source into its briefing, from the store if it was made before.

Identical requests that run at the same time share one computation. It is cancelled when its last caller has left.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from standfirst.application.admission import OpenSlot, unlimited
from standfirst.condensing.briefer import Briefer
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, Options, PlacedSentence, ServedBriefing, Timing, placed_sentences
from standfirst.errors import StoreFailed, TimedOut
from standfirst.reading.source import Reader, Source
from standfirst.store.briefings import BriefingStore, StoredBriefing
from standfirst.telemetry import span

_log = logging.getLogger(__name__)


#: What a caller is sent while a briefing is being made: the article, each sentence, and at last the whole briefing.
Progress = Article | PlacedSentence | ServedBriefing

_Emit = Callable[[Progress], None]


class _Computation:
    """A briefing that is being made for one or several callers, and its steps so far."""

    def __init__(self, make: Callable[[_Emit], Coroutine[Any, Any, tuple[Briefing, Timing]]]) -> None:
        self.steps: list[Progress] = []
        self.listeners: list[_Emit] = []
        self.task = asyncio.create_task(make(self._emit))

    def _emit(self, step: Progress) -> None:
        self.steps.append(step)
        for listener in self.listeners:
            listener(step)


class BriefingService:
    """Reads a source, looks its briefing up, makes it if there is none, and stores it.

    Without a ``store`` nothing is looked up or stored. ``open_slot`` limits how many briefings are made at a time.
    ``on_served`` is called with every briefing that is returned.
    """

    def __init__(
        self,
        reader: Reader,
        briefer: Briefer,
        store: BriefingStore | None,
        on_served: Callable[[ServedBriefing], None] = lambda _: None,
        open_slot: OpenSlot = unlimited,
    ) -> None:
        self._reader = reader
        self._briefer = briefer
        self._store = store
        self._on_served = on_served
        self._open_slot = open_slot
        self._running: dict[str, _Computation] = {}

    async def serve(
        self,
        source: Source,
        options: Options,
        deadline: float | None = None,
        emit: _Emit = lambda _: None,
        caller: str = "",
    ) -> ServedBriefing:
        """Return the briefing of ``source``.

        ``deadline`` is a time of ``time.monotonic``: sentences that are not written by then are quoted. ``emit`` is
        called with the article, when nothing refuses its briefing any more, then with each sentence as soon as it is
        known.

        Raises the errors of the reader, the briefer and the models, and ``TimedOut`` if the article is not read and
        ranked by the deadline.
        """
        started = time.perf_counter()
        try:
            async with asyncio.timeout_at(deadline):
                with span("reading"):
                    article = await self._reader.read(source)
        except TimeoutError:
            raise TimedOut("The time was over before the article had been read.") from None
        reading_ms = _milliseconds_since(started)
        briefing_id = await self.briefing_id(article, options)
        stored = await self.find(briefing_id)
        if stored is not None:
            emit(article)
            for sentence in placed_sentences(stored.briefing):
                emit(sentence)
            article, briefing, stages = stored.article, stored.briefing, Timing(0, 0, 0)
        elif deadline is None:
            briefing, stages = await self._share(briefing_id, article, options, emit, caller)
        else:  # not shared: the deadline of one caller must not shorten the briefing of another
            briefing, stages = await self._make(article, options, emit, caller, deadline)
        served = ServedBriefing(article, briefing, stored is not None, reading_ms, stages, _milliseconds_since(started))
        self._on_served(served)
        return served

    async def briefing_id(self, article: Article, options: Options) -> str:
        """Return the id of the briefing of ``article``, whether or not it exists yet."""
        return await asyncio.to_thread(self._briefer.briefing_id, article, options)

    async def find(self, briefing_id: str) -> StoredBriefing | None:
        """Return the stored briefing of that id, or None. Raises ``StoreFailed``."""
        if self._store is None:
            return None
        return await asyncio.to_thread(self._store.find, briefing_id)

    async def _share(
        self, briefing_id: str, article: Article, options: Options, emit: _Emit, caller: str
    ) -> tuple[Briefing, Timing]:
        """Join the computation of that briefing, or start one."""
        shared = self._running.get(briefing_id)
        if shared is None:
            shared = _Computation(lambda emit: self._make(article, options, emit, caller, None))
            self._running[briefing_id] = shared
            shared.task.add_done_callback(partial(self._forget, briefing_id))
        for step in shared.steps:
            emit(step)
        shared.listeners.append(emit)
        try:
            return await asyncio.shield(shared.task)
        finally:
            shared.listeners.remove(emit)
            if not shared.listeners:
                self._forget(briefing_id, shared.task)
                shared.task.cancel()

    def _forget(self, briefing_id: str, task: asyncio.Task[tuple[Briefing, Timing]]) -> None:
        shared = self._running.get(briefing_id)
        if shared is not None and shared.task is task:  # not a newer computation of the same briefing
            del self._running[briefing_id]

    async def _make(
        self, article: Article, options: Options, emit: _Emit, caller: str, deadline: float | None
    ) -> tuple[Briefing, Timing]:
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout_at(deadline):
                    await stack.enter_async_context(self._open_slot(caller, partial(emit, article)))
            except TimeoutError:
                raise TimedOut("The time was over before it was this article's turn.") from None
            briefing, stages = await self._briefer.brief(article, options, emit, deadline)
        # An incomplete briefing is not stored: with more time the same request gives a better one.
        if self._store is not None and briefing.coverage.complete:
            try:
                await asyncio.to_thread(self._store.add, StoredBriefing(article, briefing))
            except StoreFailed as error:
                # A full disk must not cost the caller a briefing that is already made.
                _log.warning("a briefing was made but not stored: %s", error)
        return briefing, stages


def _milliseconds_since(started: float) -> int:
    return round(1000 * (time.perf_counter() - started))
