"""The services: everything that the HTTP API serves, built from the settings and the engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from standfirst.application.admission import AdmissionQueue
from standfirst.application.answer_service import AnswerService
from standfirst.application.briefing_service import BriefingService
from standfirst.application.engines import Engines
from standfirst.application.feed_service import FeedService
from standfirst.application.item_processor import ItemProcessor
from standfirst.application.job_service import JobService
from standfirst.application.keys import KeyRing
from standfirst.application.metrics import Metrics
from standfirst.application.problems import to_problem
from standfirst.application.verification_service import VerificationService
from standfirst.jobs.retention import remove_expired
from standfirst.jobs.webhooks import Webhooks
from standfirst.jobs.worker import Worker
from standfirst.language.identification import language_of
from standfirst.settings import Settings
from standfirst.store.briefings import BriefingStore
from standfirst.store.database import Database, open_database, sqlite_url
from standfirst.store.feeds import FeedStore
from standfirst.store.history import HistoryStore
from standfirst.store.jobs import JobStore
from standfirst.store.rates import RateStore
from standfirst.store.usage import UsageStore
from standfirst.wiring import fetch_policy, open_briefing_service, open_reader, open_verification_service

#: A text long enough for its language to be identified.
_WARM_UP_TEXT = "The council voted on Tuesday to close the bridge to all traffic for nine months."


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the HTTP API serves, with the work that runs in the background."""

    settings: Settings
    engines: Engines
    database: Database
    keys: KeyRing
    queue: AdmissionQueue
    metrics: Metrics
    briefings: BriefingService
    verifications: VerificationService
    answers: AnswerService
    jobs: JobService
    feeds: FeedService
    history: HistoryStore
    rates: RateStore
    usage: UsageStore
    background: tuple[Callable[[], Coroutine[Any, Any, object]], ...]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the engines and the background work while the block runs; then close everything."""
        self.engines.start()
        tasks = [asyncio.create_task(work()) for work in self.background]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.engines.close()
            self.database.close()


def open_services(settings: Settings, engines: Engines) -> Services:
    """Open the database and build the services. Nothing runs until ``Services.running``.

    Raises ``StoreFailed`` if the database cannot be opened, and ``StandfirstError`` if the keys cannot be read.
    """
    keys = KeyRing([key.get_secret_value() for key in settings.api_keys], settings.api_keys_file)
    url = settings.database_url
    database = open_database(url.get_secret_value() if url else sqlite_url(settings.data_dir))
    store, feed_store, usage = BriefingStore(database), FeedStore(database), UsageStore(database)
    job_store = JobStore(database, settings.max_waiting_items)
    queue = AdmissionQueue(settings.queue_size)
    metrics = Metrics(engines, queue, job_store.counts)
    # Items of jobs take no slots: the worker's concurrency bounds them, and none is refused because of the queue.
    patient = open_briefing_service(settings, engines, store, patient=True, on_served=metrics.count_briefing)
    worker = Worker(
        job_store,
        ItemProcessor(patient, engines.digester(), job_store).process,
        lambda error: to_problem(error).model_dump_json(),
        engines.available,
        concurrency=settings.job_lanes,
    )
    background: list[Callable[[], Coroutine[Any, Any, object]]] = [
        worker.run,
        partial(
            remove_expired,
            store,
            job_store,
            feed_store,
            briefing_days=settings.briefing_days,
            job_days=settings.job_days,
        ),
        # Its tables take half a second to load, which the first request would wait for.
        partial(asyncio.to_thread, language_of, _WARM_UP_TEXT),
    ]
    webhook_policy = None
    if settings.webhook_secret:
        webhook_policy = fetch_policy(settings)
        background.append(Webhooks(job_store, settings.webhook_secret.get_secret_value(), webhook_policy).run)
    jobs = JobService(job_store, usage, worker.wake, webhook_policy)
    return Services(
        settings=settings,
        engines=engines,
        database=database,
        keys=keys,
        queue=queue,
        metrics=metrics,
        briefings=open_briefing_service(
            settings, engines, store, on_served=metrics.count_briefing, open_slot=queue.slot
        ),
        verifications=open_verification_service(settings, engines.verify, engines.grounding, open_slot=queue.slot),
        answers=AnswerService(open_reader(settings), engines.encode, queue.slot),
        jobs=jobs,
        feeds=FeedService(feed_store, store, jobs, fetch_policy(settings)),
        history=HistoryStore(database),
        rates=RateStore(database),
        usage=usage,
        background=tuple(background),
    )
