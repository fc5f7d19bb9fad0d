"""The routes that tell how the service is: whether it lives, whether it is ready, which models it runs."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from standfirst.api.problems import documented, problem_of
from standfirst.api.schemas import HealthOut, ModelOut, ModelsOut
from standfirst.engines import Engines
from standfirst_models.engine import State
from standfirst_models.errors import EngineStopped, NotReady


def status_router(engines: Engines) -> APIRouter:
    """``/healthz``, ``/readyz`` and ``/v1/models``, told from ``engines``."""
    router = APIRouter(tags=["status"])

    @router.get("/healthz", summary="Whether the process lives")
    async def healthz() -> HealthOut:
        """Answers as long as the process lives, whatever its models are doing."""
        return HealthOut(status="ok")

    @router.get(
        "/readyz",
        summary="Whether briefings can be made",
        response_model=HealthOut,
        responses=documented(503),
    )
    async def readyz() -> JSONResponse:
        """200 when every model is loaded; 503 before, and when one has failed."""
        states = {engine.state for engine in engines.listed()}
        if states == {State.READY}:
            return JSONResponse({"status": "ready"})
        if states <= {State.READY, State.LOADING}:
            return problem_of(NotReady("The models are still being loaded.", retry_after=2))
        return problem_of(EngineStopped("A model is not running. The log says why; start the service again."))

    @router.get("/v1/models", summary="The models of this service")
    async def models() -> ModelsOut:
        """The writer, the encoder and the verifier that make the briefings here."""
        return ModelsOut(
            models=[
                ModelOut(
                    name=engine.name,
                    role=engine.role,
                    revision=engine.revision,
                    runtime=engines.stamp.runtime,
                    state=engine.state.value,
                )
                for engine in engines.listed()
            ]
        )

    return router
