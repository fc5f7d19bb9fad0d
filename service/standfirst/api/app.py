"""The HTTP application: the routes and the middleware around the services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.utils import get_openapi
from fastapi_offline import FastAPIOffline

from standfirst import __version__
from standfirst.api.chat.handler import ChatHandler
from standfirst.api.huggingface.routes import PATH as SUMMARIZATION
from standfirst.api.huggingface.routes import summarization_router
from standfirst.api.huggingface.schemas import as_hugging_face
from standfirst.api.middleware.authentication import Authentication
from standfirst.api.middleware.body_limit import BodyLimit
from standfirst.api.middleware.error_format import Convert, ErrorFormat
from standfirst.api.middleware.head import Head
from standfirst.api.middleware.rate_limit import RateLimit
from standfirst.api.middleware.request_log import RequestLog
from standfirst.api.middleware.security_headers import SecurityHeaders
from standfirst.api.negotiation import require_json
from standfirst.api.ollama.routes import CHAT as OLLAMA_CHAT
from standfirst.api.ollama.routes import GENERATE, TAGS, VERSION, ollama_router
from standfirst.api.ollama.schemas import as_ollama
from standfirst.api.openai.errors import as_openai
from standfirst.api.openai.routes import PATH as CHAT
from standfirst.api.openai.routes import chat_router
from standfirst.api.problems import add_error_handlers
from standfirst.api.routes.briefings import briefings_router
from standfirst.api.routes.digests import digests_router
from standfirst.api.routes.feed import feed_router
from standfirst.api.routes.history import history_router
from standfirst.api.routes.jobs import jobs_router
from standfirst.api.routes.page import add_page
from standfirst.api.routes.status import metrics_router, status_router
from standfirst.api.routes.verifications import verifications_router
from standfirst.services import Services

_ABOUT = (
    "Condenses news articles into short briefings. Every sentence returned points at the sentences of the article "
    "that back it; what the article does not back is not returned."
)


def create_app(services: Services) -> FastAPI:
    """Return the HTTP application. Its lifespan runs the services; ``/readyz`` says when they are ready."""
    settings, engines = services.settings, services.engines

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with services.running():
            yield

    # FastAPI's own documentation page loads scripts from the internet, which a closed network cannot reach.
    app = FastAPIOffline(
        title="Standfirst",
        version=__version__,
        description=_ABOUT,
        lifespan=lifespan,
        redoc_url=None,
        # Only request spans, for a configured collector. FastAPI's logs would repeat exceptions, and so article text.
        telemetry={"logs": False, "metrics": False, "operation_spans": False, "auto_configure": False},
    )
    add_error_handlers(app)
    chats = ChatHandler(
        services.briefings, services.answers, engines.count_tokens, settings.request_timeout, services.usage
    )
    for router in (
        briefings_router(services.briefings, engines.stamp, settings.request_timeout, services.usage, services.history),
        history_router(services.history),
        jobs_router(services.jobs, engines.stamp),
        digests_router(services.jobs),
        feed_router(services.feeds),
        verifications_router(services.verifications, settings.request_timeout),
        chat_router(chats, engines.stamp),
        ollama_router(chats, engines.stamp),
        summarization_router(services.briefings, engines.count_tokens, settings.request_timeout, services.usage),
    ):
        app.include_router(router, dependencies=[Depends(require_json)])
    app.include_router(status_router(engines, services.queue, services.database, settings.data_dir))
    app.include_router(metrics_router(services.metrics))
    add_page(app)
    # The last one added is the outermost: a request gets its id, then its key is checked, then its body is read.
    app.add_middleware(Head)
    app.add_middleware(
        BodyLimit,
        max_bytes=settings.max_body_bytes,
        path_limits=dict.fromkeys(("/v1/jobs", "/v1/digests"), settings.max_job_bytes),
    )
    app.add_middleware(RateLimit, rates=services.rates)
    app.add_middleware(Authentication, ring=services.keys)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "HEAD", "POST", "DELETE"],
            allow_headers=["Authorization", "X-API-Key", "Content-Type", "Idempotency-Key", "X-Request-ID"],
            expose_headers=["X-Request-ID", "Retry-After", "RateLimit", "RateLimit-Policy", "Location"],
        )
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog, count=services.metrics.count_request)
    formats: dict[str, Convert] = {
        CHAT: as_openai,
        SUMMARIZATION: as_hugging_face,
        **dict.fromkeys((OLLAMA_CHAT, GENERATE, TAGS, VERSION), as_ollama),
    }
    app.add_middleware(ErrorFormat, formats=formats)
    if not services.keys.is_open:
        _describe_keys(app)
    return app


def _describe_keys(app: FastAPI) -> None:
    """Document the keys in the OpenAPI document."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            schema["components"]["securitySchemes"] = {
                "bearer": {"type": "http", "scheme": "bearer"},
                "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                "basic": {"type": "http", "scheme": "basic"},
            }
            schema["security"] = [{"bearer": []}, {"header": []}, {"basic": []}]
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI documents it
