"""The application: the one place where the parts are joined. Nothing happens at import."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi_offline import FastAPIOffline

from standfirst import __version__
from standfirst.api.briefings import briefings_router
from standfirst.api.connection import require_json
from standfirst.api.limits import BodyLimit, Keys
from standfirst.api.problems import add_problem_handlers
from standfirst.api.requests import RequestLog
from standfirst.api.status import status_router
from standfirst.api.verifications import verifications_router
from standfirst.condensing.briefer import Briefer
from standfirst.desk import Desk
from standfirst.engines import Engines
from standfirst.reading.fetch import FetchPolicy
from standfirst.reading.language import language_of
from standfirst.reading.source import Reader
from standfirst.settings import Settings
from standfirst.store.briefings import BriefingStore

_ABOUT = (
    "Condenses news articles into short briefings. Every sentence returned points at the sentences of the article "
    "that back it; what the article does not back is not returned."
)


def open_reader(settings: Settings) -> Reader:
    """The reader that ``settings`` describe."""
    policy = FetchPolicy(
        max_bytes=settings.max_page_bytes,
        timeout_s=settings.fetch_timeout,
        ports=settings.fetch_ports,
        networks=settings.fetch_networks,
    )
    return Reader(policy, settings.max_words)


def open_desk(settings: Settings, engines: Engines, store: BriefingStore | None) -> Desk:
    """The desk that ``settings`` describe, with its models behind it."""
    briefer = Briefer(engines.encode, engines.write, engines.verify, engines.stamp)
    return Desk(open_reader(settings), briefer, engines.verify, store)


def create_app(settings: Settings, engines: Engines) -> FastAPI:
    """The service. Its lifespan starts ``engines`` and ends them; it is ready when they are.

    Raises ``StoreFailed`` where briefings cannot be kept in ``settings.data_dir``.
    """
    desk = open_desk(settings, engines, BriefingStore(settings.data_dir))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        engines.start()
        # Half a second that the first caller would wait for.
        warming = asyncio.create_task(asyncio.to_thread(language_of, _ABOUT))
        try:
            yield
        finally:
            await warming
            await engines.close()

    # FastAPI's own page loads its scripts from elsewhere, which a closed network has not.
    app = FastAPIOffline(title="Standfirst", version=__version__, description=_ABOUT, lifespan=lifespan, redoc_url=None)
    add_problem_handlers(app)
    for router in (
        briefings_router(desk, engines.stamp, settings.request_timeout),
        verifications_router(desk, settings.request_timeout),
    ):
        app.include_router(router, dependencies=[Depends(require_json)])
    app.include_router(status_router(engines))
    # The last one added is the outermost: a request gets its id, shows its key, and then may send a body.
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes)
    app.add_middleware(Keys, keys=[key.get_secret_value() for key in settings.api_keys])
    app.add_middleware(RequestLog)
    if settings.api_keys:
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
