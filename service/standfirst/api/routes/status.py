"""The routes of the service's state: health, readiness, models and metrics."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from standfirst.api.openai.schemas import ALIAS
from standfirst.api.problems import document_problems, error_response
from standfirst.api.schemas.status import HealthOut, ModelCardOut, ModelOut, ModelsOut
from standfirst.application.admission import AdmissionQueue
from standfirst.application.engines import Engines
from standfirst.application.metrics import MEDIA_TYPE, Metrics
from standfirst.errors import StoreFailed
from standfirst.store.database import Database
from standfirst_models.errors import EngineStopped, NotReady
from standfirst_models.protocols.served_model import State

#: Free bytes of the disk below which the service is not ready: briefings might be made, but not stored.
_MIN_FREE_BYTES = 50_000_000
#: Seconds to wait while the writer's server does not answer, and while models load.
_AWAY_SECONDS, _LOADING_SECONDS = 5.0, 2.0


def metrics_router(metrics: Metrics) -> APIRouter:
    """Return the route ``/metrics``."""
    router = APIRouter(tags=["status"])

    @router.get("/metrics", response_class=Response, summary="Metrics for Prometheus")
    async def page() -> Response:
        """Counts and times since the start; no text of any article."""
        return Response(await asyncio.to_thread(metrics.render), media_type=MEDIA_TYPE)

    return router


def status_router(engines: Engines, queue: AdmissionQueue, database: Database, data_dir: Path) -> APIRouter:
    """Return the routes ``/healthz``, ``/readyz`` and ``/v1/models``. ``data_dir`` holds an SQLite database."""
    router = APIRouter(tags=["status"])
    created = int(time.time())

    @router.get("/healthz", summary="Whether the process is alive")
    async def healthz() -> HealthOut:
        """200 as long as the process is alive, whatever the state of its models."""
        return HealthOut(status="ok")

    @router.get(
        "/readyz",
        summary="Whether briefings can be made",
        response_model=HealthOut,
        responses=document_problems(503),
    )
    async def readyz() -> JSONResponse:
        """200 if models and database answer, and disk and queue have room; else 503 with the reason."""
        states = {engine.state for engine in engines.statuses()}
        if states == {State.READY}:
            try:
                await asyncio.to_thread(database.check)
            except StoreFailed as error:
                return error_response(error)
            if database.is_sqlite and shutil.disk_usage(data_dir).free < _MIN_FREE_BYTES:
                return error_response(
                    StoreFailed("The disk is nearly full: briefings are made, but not all can be kept.")
                )
            if wait := queue.retry_after:
                return error_response(NotReady("As many articles are waiting for the models as may wait.", wait))
            return JSONResponse({"status": "ready"})
        if states == {State.READY, State.AWAY}:
            return error_response(
                NotReady("The writer's server does not answer. It is asked again by itself.", _AWAY_SECONDS)
            )
        if states <= {State.READY, State.LOADING, State.AWAY}:
            return error_response(NotReady("The models are still being loaded.", _LOADING_SECONDS))
        return error_response(EngineStopped("A model is not running. The log says why; start the service again."))

    @router.get("/v1/models", summary="The models of this service")
    async def models() -> ModelsOut:
        """The writer, the encoder and the verifier of this service."""
        return ModelsOut(
            models=[
                ModelOut(
                    name=engine.name,
                    role=engine.role,
                    revision=engine.revision,
                    runtime=engine.runtime,
                    state=engine.state.value,
                )
                for engine in engines.statuses()
            ],
            data=[ModelCardOut(id=name, created=created) for name in (engines.writer.name, ALIAS)],
        )

    return router
