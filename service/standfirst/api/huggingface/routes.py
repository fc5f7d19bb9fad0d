"""The route ``/v1/summarization``, for Hugging Face's inference clients and endpoints.

``{"inputs": "…", "parameters": {…}}`` is answered with ``[{"summary_text": "…"}]``: a briefing's standfirst and points
as prose.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from standfirst.api.connection import DISCONNECTED, while_connected
from standfirst.api.huggingface.schemas import (
    SummarizationErrorOut,
    SummarizationParameters,
    SummarizationRequest,
    SummaryOut,
)
from standfirst.api.middleware.authentication import caller_of
from standfirst.api.problems import document_errors
from standfirst.application.briefing_service import BriefingService
from standfirst.application.quota import within_quota
from standfirst.application.tokens import CountTokens
from standfirst.domain.briefing import Briefing
from standfirst.errors import InvalidRequest
from standfirst.reading.source import Source
from standfirst.store.usage import UsageStore

PATH = "/v1/summarization"
#: Texts of one request that are worked on at a time: enough to fill a batch, and few enough to leave slots to others.
_CONCURRENCY = 4


def summarization_router(
    briefings: BriefingService, count: CountTokens, timeout: float, usage: UsageStore
) -> APIRouter:
    """Return the route. ``count`` counts tokens; ``timeout`` is in seconds; ``usage`` counts each caller's texts."""
    router = APIRouter(tags=["other interfaces"])

    @router.post(
        PATH,
        response_model=list[SummaryOut],
        responses=document_errors(SummarizationErrorOut, 400, 401, 408, 413, 415, 422, 429, 503),
        summary="Condense texts, as Hugging Face's summarization task",
    )
    async def summarize(request: Request, task: SummarizationRequest) -> Response:
        """One summary for each text, in their order; if one text cannot be condensed, the whole request fails."""
        texts = [task.inputs] if isinstance(task.inputs, str) else task.inputs
        parameters = task.parameters or SummarizationParameters()
        semaphore = asyncio.Semaphore(_CONCURRENCY)
        caller = caller_of(request.scope)

        async def summarize_one(text: str) -> SummaryOut:
            async with semaphore:
                served = await briefings.serve(Source(text=text), parameters.options, caller=caller.name)
            return SummaryOut(summary_text=_to_prose(served.briefing, parameters.token_limit, count))

        work = within_quota(caller, usage, len(texts), partial(_gather, summarize_one, texts))
        summaries = await while_connected(request, timeout, work)
        if summaries is None:
            return Response(status_code=DISCONNECTED)
        return JSONResponse([summary.model_dump() for summary in summaries])

    return router


async def _gather(
    summarize: Callable[[str], Coroutine[None, None, SummaryOut]], texts: Sequence[str]
) -> list[SummaryOut]:
    """Summarize all texts; if one fails, cancel the others and raise its error."""
    tasks = [asyncio.create_task(summarize(text)) for text in texts]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _to_prose(briefing: Briefing, token_limit: int | None, count: CountTokens) -> str:
    """Join as many sentences as fit, from the first on. Raises ``InvalidRequest`` if none fits."""
    prose = ""
    for sentence in (*briefing.standfirst, *briefing.points):
        longer = f"{prose} {sentence.text}".lstrip()
        if token_limit is not None and count(longer) > token_limit:
            break
        prose = longer
    if not prose:
        raise InvalidRequest("Not a sentence of the article fits into max_length.")
    return prose
