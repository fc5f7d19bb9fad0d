"""The briefing service: stored briefings are returned, and identical requests share one computation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from standfirst.application.briefing_service import BriefingService, Progress
from standfirst.domain.article import Article
from standfirst.domain.briefing import Options, PlacedSentence, ServedBriefing, placed_sentences
from standfirst.reading.source import Source
from standfirst.settings import Settings
from standfirst.store.briefings import BriefingStore
from standfirst.store.database import open_database, sqlite_url
from standfirst.wiring import open_briefing_service
from tests.api.scripted_service import STORY, EndlessWriter, HeldWriter
from tests.application.scripted_engines import scripted_engines
from tests.models.scripted import ScriptedWriter

SOURCE = Source(text=STORY)


@asynccontextmanager
async def running(writer: ScriptedWriter, folder: Path) -> AsyncIterator[BriefingService]:
    """Run a service with that writer and a store in ``folder``."""
    engines, database = scripted_engines(writer), open_database(sqlite_url(folder))
    engines.start()
    try:
        await engines.ready()
        yield open_briefing_service(Settings(), engines, BriefingStore(database))
    finally:
        await engines.close()
        database.close()


def test_a_stored_briefing_is_returned_with_its_sentences(tmp_path: Path) -> None:
    async def run() -> tuple[ServedBriefing, ServedBriefing, list[Progress]]:
        async with running(ScriptedWriter(), tmp_path) as service:
            first = await service.serve(SOURCE, Options())
            emitted = list[Progress]()
            return first, await service.serve(SOURCE, Options(), emit=emitted.append), emitted

    first, again, emitted = asyncio.run(run())
    assert (first.cached, again.cached) == (False, True)
    assert again.briefing == first.briefing
    assert isinstance(emitted[0], Article)
    sentences = [one.sentence for one in emitted if isinstance(one, PlacedSentence)]
    assert sentences == [one.sentence for one in placed_sentences(first.briefing)]


def test_identical_requests_share_one_computation(tmp_path: Path) -> None:
    writer = HeldWriter()

    async def run() -> list[ServedBriefing]:
        async with running(writer, tmp_path) as service:
            requests = [asyncio.create_task(service.serve(SOURCE, Options())) for _ in range(3)]
            await asyncio.to_thread(writer.writing.wait, 10)
            requests.append(asyncio.create_task(service.serve(SOURCE, Options())))
            requests[0].cancel()
            await asyncio.sleep(0.1)
            writer.go_on.set()
            return await asyncio.gather(*requests[1:])

    served = asyncio.run(run())
    assert len({id(one.briefing) for one in served}) == 1
    assert len(writer.history) == 1


def test_a_computation_is_cancelled_when_its_last_caller_has_left(tmp_path: Path) -> None:
    writer = EndlessWriter()

    async def run() -> None:
        async with running(writer, tmp_path) as service:
            requests = [asyncio.create_task(service.serve(SOURCE, Options())) for _ in range(2)]
            await asyncio.to_thread(writer.begun.wait, 10)
            requests[0].cancel()
            await asyncio.sleep(0.1)
            assert not writer.stopped.is_set()
            requests[1].cancel()
            assert await asyncio.to_thread(writer.stopped.wait, 10)

    asyncio.run(run())


def test_a_briefing_that_was_cut_short_by_its_deadline_is_not_stored(tmp_path: Path) -> None:
    async def run() -> tuple[ServedBriefing, object]:
        async with running(EndlessWriter(), tmp_path) as service:
            served = await service.serve(SOURCE, Options(), time.monotonic() + 0.5)
            return served, await service.find(served.briefing.id)

    served, stored = asyncio.run(run())
    assert not served.briefing.coverage.complete
    assert stored is None
