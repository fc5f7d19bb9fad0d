"""The item processor: does the task of a job's item, for the worker."""

from __future__ import annotations

import asyncio

from pydantic import TypeAdapter

from standfirst.application.briefing_service import BriefingService
from standfirst.application.problems import Problem
from standfirst.application.timeouts import split_timeout, within_timeout
from standfirst.digesting.digester import Digester
from standfirst.domain.briefing import Options
from standfirst.domain.digest import BriefedArticle, Digest, FailedArticle
from standfirst.domain.job import ItemState, Lease
from standfirst.errors import NotFound
from standfirst.jobs.tasks import ArticleTask, BriefingTask, DigestTask, load_task
from standfirst.rendering.json.briefing import BriefingOut
from standfirst.store.jobs import JobStore

_BRIEFED = TypeAdapter(BriefedArticle)
#: The stored form of a digest.
DIGEST = TypeAdapter(Digest)


class ItemProcessor:
    """Does the tasks of items with one briefing service and one digester."""

    def __init__(self, briefings: BriefingService, digester: Digester, store: JobStore) -> None:
        self._briefings = briefings
        self._digester = digester
        self._store = store

    async def process(self, lease: Lease) -> str:
        """Return the result of the item as JSON. Raises the errors of the briefing service and the digester."""
        match load_task(lease.request):
            case BriefingTask() as task:
                return await self._brief(task)
            case ArticleTask() as task:
                return await self._brief_for_digest(task, lease.position)
            case DigestTask() as task:
                return await self._digest(task, lease.job)

    async def _brief(self, task: BriefingTask) -> str:
        # Without a timeout of its own the item has none: most of its time may be waiting for requests that go first.
        seconds, deadline = split_timeout(task.timeout_s, task.on_timeout)
        served = await within_timeout(seconds, self._briefings.serve(task.source(), task.options(), deadline))
        return BriefingOut.of(served).model_dump_json()

    async def _brief_for_digest(self, task: ArticleTask, position: int) -> str:
        if task.item.briefing is None:
            options = Options(points=task.points, max_words=task.max_words)
            served = await self._briefings.serve(task.item.source(), options)
            briefed = BriefedArticle(position, served.article, served.briefing)
        else:
            stored = await self._briefings.find(task.item.briefing)
            if stored is None:
                raise NotFound("There is no briefing of that id here. Send the article instead.")
            briefed = BriefedArticle(position, stored.article, stored.briefing)
        return _BRIEFED.dump_json(briefed).decode()

    async def _digest(self, task: DigestTask, job_id: str) -> str:
        """Make the digest. The texts of the articles are read from the store as they are needed."""

        async def result(position: int) -> str:
            [found] = await asyncio.to_thread(self._store.results, job_id, position - 1, 1)
            return found.content

        async def load(position: int) -> BriefedArticle:
            return await asyncio.to_thread(_BRIEFED.validate_json, await result(position))

        states = await asyncio.to_thread(self._store.states, job_id)
        briefed = [position for position, state in enumerate(states) if state is ItemState.DONE]
        failed = []
        for position in (at for at, state in enumerate(states[:-1]) if state is not ItemState.DONE):
            problem = Problem.model_validate_json(await result(position))
            failed.append(FailedArticle(position, problem.code, problem.detail))
        options = Options(points=task.points, max_words=task.max_words)
        return DIGEST.dump_json(await self._digester.digest(briefed, load, failed, options)).decode()
