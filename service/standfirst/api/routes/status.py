"""The routes that tell how the service is: whether it lives, whether it is ready, which models it runs."""

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

#: Bytes that must be free for what is kept. With fewer a briefing is still made, but not kept.
_DISK_RESERVE = 50_000_000
#: Seconds after which to look again while a model's server is away.
_AWAY = 5.0


def metrics_router(metrics: Metrics) -> APIRouter:
    """``/metrics``."""
    router = APIRouter(tags=["status"])

    @router.get("/metrics", response_class=Response, summary="What Prometheus reads")
    async def page() -> Response:
        """Counts and times since the start; no word of any text."""
        return Response(await asyncio.to_thread(metrics.render), media_type=MEDIA_TYPE)

    return router


def status_router(engines: Engines, queue: AdmissionQueue, database: Database, data_dir: Path) -> APIRouter:
    """``/healthz``, ``/readyz`` and ``/v1/models``, told from ``engines``, their ``queue`` and what they keep in."""
    router = APIRouter(tags=["status"])
    created = int(time.time())

    @router.get("/healthz", summary="Whether the process lives")
    async def healthz() -> HealthOut:
        """Answers as long as the process lives, whatever its models are doing."""
        return HealthOut(status="ok")

    @router.get(
        "/readyz",
        summary="Whether briefings can be made",
        response_model=HealthOut,
        responses=document_problems(503),
    )
    async def readyz() -> JSONResponse:
        """200 when models and database answer, and disk and queue have room; else 503, and why."""
        states = {engine.state for engine in engines.statuses()}
        if states == {State.READY}:
            try:
                await asyncio.to_thread(database.check)
            except StoreFailed as error:
                return error_response(error)
            if database.is_sqlite and shutil.disk_usage(data_dir).free < _DISK_RESERVE:
                return error_response(
                    StoreFailed("The disk is nearly full: briefings are made, but not all can be kept.")
                )
            if wait := queue.retry_after:
                return error_response(NotReady("As many articles are waiting for the models as may wait.", wait))
            return JSONResponse({"status": "ready"})
        if states == {State.READY, State.AWAY}:
            return error_response(NotReady("The writer's server does not answer. It is asked again by itself.", _AWAY))
        if states <= {State.READY, State.LOADING, State.AWAY}:
            return error_response(NotReady("The models are still being loaded.", retry_after=2))
        return error_response(EngineStopped("A model is not running. The log says why; start the service again."))

    @router.get("/v1/models", summary="The models of this service")
    async def models() -> ModelsOut:
        """The writer, the encoder and the verifier that make the briefings here."""
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
