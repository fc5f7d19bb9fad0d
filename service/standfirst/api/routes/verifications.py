"""The route of verifications."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from standfirst.api.connection import DISCONNECTED, while_connected
from standfirst.api.middleware.authentication import caller_of
from standfirst.api.problems import document_problems
from standfirst.api.schemas.verification import VerificationRequest
from standfirst.application.verification_service import VerificationService
from standfirst.rendering.json.verification import VerificationOut


def verifications_router(service: VerificationService, timeout: float) -> APIRouter:
    """Return the route ``/v1/verify``. ``timeout`` is in seconds, for one summary."""
    router = APIRouter(tags=["verification"])

    @router.post(
        "/v1/verify",
        response_model=VerificationOut,
        responses=document_problems(400, 401, 408, 413, 415, 422, 424, 429, 503),
        summary="Check a summary against its article",
    )
    async def verify(request: Request, body: VerificationRequest) -> Response:
        """For each sentence: how well the article backs it, which passages do, and what they do not back.

        Support is the likelihood, from 0 to 1, that a reader of the article would say that it backs the sentence.
        """
        work = service.verify(body.source(), body.summary, caller_of(request.scope).name)
        verified = await while_connected(request, timeout, work)
        if verified is None:
            return Response(status_code=DISCONNECTED)
        return JSONResponse(VerificationOut.of(verified).model_dump(mode="json"))

    return router
