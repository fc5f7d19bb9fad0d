"""The application: the one place where the parts are joined. Nothing happens at import."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.utils import get_openapi
from fastapi_offline import FastAPIOffline

from standfirst import __version__
from standfirst.api.connection import require_json
from standfirst.api.huggingface.routes import PATH as SUMMARIZATION
from standfirst.api.huggingface.routes import as_hugging_face, summarization_router
from standfirst.api.middleware.error_format import ErrorFormat, as_openai
from standfirst.api.middleware.limits import BodyLimit, Keys
from standfirst.api.middleware.requests import RequestLog
from standfirst.api.middleware.security import SecurityHeaders
from standfirst.api.openai.routes import PATH as CHAT
from standfirst.api.openai.routes import chat_router
from standfirst.api.problems import add_problem_handlers
from standfirst.api.routes.briefings import briefings_router
from standfirst.api.routes.digests import digesting, digests_router
from standfirst.api.routes.jobs import described, explained, jobs_router, working
from standfirst.api.routes.page import add_page
from standfirst.api.routes.status import metrics_router, status_router
from standfirst.api.routes.verifications import verifications_router
from standfirst.application.admission import AdmissionQueue
from standfirst.application.engines import Engines
from standfirst.application.keys import KeyRing
from standfirst.application.metrics import Metrics
from standfirst.jobs.retention import clean
from standfirst.jobs.webhooks import Webhooks
from standfirst.jobs.worker import Worker
from standfirst.language.identification import language_of
from standfirst.settings import Settings
from standfirst.store.briefings import BriefingStore
from standfirst.store.history import HistoryStore
from standfirst.store.jobs import JobStore
from standfirst.store.rates import RateStore
from standfirst.store.usage import UsageStore
from standfirst.wiring import fetch_policy, open_briefing_service, open_database, open_verification_service

_ABOUT = (
    "Condenses news articles into short briefings. Every sentence returned points at the sentences of the article "
    "that back it; what the article does not back is not returned."
)


def create_app(settings: Settings, engines: Engines) -> FastAPI:
    """The service. Its lifespan starts ``engines`` and the work on jobs, and ends them; it is ready when they are.

    Raises ``StoreFailed`` where nothing can be kept, and ``StandfirstError`` where the keys cannot be read.
    """
    ring = KeyRing([key.get_secret_value() for key in settings.api_keys], settings.api_keys_file)
    database = open_database(settings)
    store, jobs, usage = BriefingStore(database), JobStore(database, settings.max_waiting_items), UsageStore(database)
    fetching = fetch_policy(settings)
    queue = AdmissionQueue(settings.queue_size)
    metrics = Metrics(engines, queue, jobs.counts)
    briefings = open_briefing_service(settings, engines, store, on_served=metrics.count_briefing, open_slot=queue.slot)
    verifications = open_verification_service(settings, engines.verify, open_slot=queue.slot)
    # Of jobs, as many items are worked on as there are lanes; none is refused because others are served first.
    background = open_briefing_service(settings, engines, store, patient=True, on_served=metrics.count_briefing)
    work = digesting(background, engines.digester(), jobs, working(background))
    worker = Worker(jobs, work, explained, engines.available, lanes=settings.job_lanes)
    cleaning = partial(clean, store, jobs, briefing_days=settings.briefing_days, job_days=settings.job_days)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        engines.start()
        # Half a second that the first caller would wait for.
        warming = asyncio.create_task(asyncio.to_thread(language_of, _ABOUT))
        behind = [asyncio.create_task(worker.run()), asyncio.create_task(cleaning())]
        if settings.webhook_secret:
            secret = settings.webhook_secret.get_secret_value()
            behind.append(asyncio.create_task(Webhooks(jobs, described(jobs), secret, fetching).run()))
        try:
            yield
        finally:
            for task in behind:
                task.cancel()
            await asyncio.gather(warming, *behind, return_exceptions=True)
            await engines.close()
            database.close()

    # FastAPI's own page loads its scripts from elsewhere, which a closed network has not.
    app = FastAPIOffline(
        title="Standfirst",
        version=__version__,
        description=_ABOUT,
        lifespan=lifespan,
        redoc_url=None,
        # Spans, where somebody collects them. Its logs would hold the words of exceptions, and those an article's.
        telemetry={"logs": False, "metrics": False, "operation_spans": False, "auto_configure": False},
    )
    add_problem_handlers(app)
    for router in (
        briefings_router(briefings, engines.stamp, settings.request_timeout, usage, HistoryStore(database)),
        jobs_router(jobs, engines.stamp, worker.wake, usage, fetching if settings.webhook_secret else None),
        digests_router(jobs, worker.wake, usage),
        verifications_router(verifications, settings.request_timeout),
        chat_router(briefings, engines.stamp, settings.request_timeout, usage),
        summarization_router(briefings, settings.request_timeout, usage),
    ):
        app.include_router(router, dependencies=[Depends(require_json)])
    app.include_router(status_router(engines, queue, database, settings.data_dir))
    app.include_router(metrics_router(metrics))
    add_page(app)
    # The last one added is the outermost: a request gets its id, shows its key, and then may send a body.
    app.add_middleware(
        BodyLimit,
        max_bytes=settings.max_body_bytes,
        others=dict.fromkeys(("/v1/jobs", "/v1/digests"), settings.max_job_bytes),
    )
    app.add_middleware(Keys, ring=ring, rates=RateStore(database))
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "X-API-Key", "Content-Type", "Idempotency-Key", "X-Request-ID"],
            expose_headers=["X-Request-ID", "Retry-After", "RateLimit", "RateLimit-Policy", "Location"],
        )
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog, count=metrics.count_request)
    app.add_middleware(ErrorFormat, retold={CHAT: as_openai, SUMMARIZATION: as_hugging_face})
    if not ring.is_open:
        _describe_keys(app)
    return app


def _describe_keys(app: FastAPI) -> None:
    """Have the OpenAPI document say which keys ``/v1`` asks for."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            schema["components"]["securitySchemes"] = {
                "bearer": {"type": "http", "scheme": "bearer"},
                "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            }
            schema["security"] = [{"bearer": []}, {"header": []}]
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # the way that FastAPI documents
