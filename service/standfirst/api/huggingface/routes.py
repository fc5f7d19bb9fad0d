"""Hugging Face's door: the summarization task, as its inference clients and endpoints speak it.

``{"inputs": "…", "parameters": {…}}`` becomes ``[{"summary_text": "…"}]``: a briefing's standfirst and points as prose.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from standfirst.api.connection import while_connected
from standfirst.api.middleware.limits import caller_of
from standfirst.api.openai.answer import count_tokens, words_within
from standfirst.api.problems import meaning
from standfirst.api.schemas.source import EXAMPLE
from standfirst.application.briefing_service import BriefingService
from standfirst.application.problems import Problem
from standfirst.application.quota import within_quota
from standfirst.domain.briefing import Briefing, Options
from standfirst.errors import InvalidRequest
from standfirst.reading.source import Source
from standfirst.store.usage import UsageStore

PATH = "/v1/summarization"
#: Texts of one request that are worked on at a time: enough to fill a batch, few enough to leave places to others.
_AT_ONCE = 4
#: A sentence of news has about so many tokens.
_TOKENS_IN_SENTENCE = 40
_SENTENCES, _MOST_SENTENCES = 4, 11
_WORDS = 120


class _Lengths(BaseModel):
    model_config = ConfigDict(strict=True)

    max_length: int | None = Field(None, ge=1, description="The most tokens of a summary; no sentence is cut.")
    max_new_tokens: int | None = Field(None, ge=1, description="The same; of several, the smallest holds.")
    min_length: int | None = Field(None, ge=0, description="As many sentences as are likely to have so many tokens.")


class SummarizationParameters(_Lengths):
    """What is wanted of a summary. Others (`truncation`, `do_sample`, …) have no effect: nothing is cut or drawn."""

    generate_parameters: _Lengths | None = None

    def most_tokens(self) -> int | None:
        """How many tokens a summary may have."""
        within = self.generate_parameters or _Lengths()
        told = (self.max_length, self.max_new_tokens, within.max_length, within.max_new_tokens)
        return min((most for most in told if most is not None), default=None)

    def options(self) -> Options:
        """What has to be asked of the briefer."""
        within = self.generate_parameters or _Lengths()
        least = max(self.min_length or 0, within.min_length or 0)
        sentences = min(max(_SENTENCES, -(-least // _TOKENS_IN_SENTENCE)), _MOST_SENTENCES)
        most = self.most_tokens()
        words = _WORDS * sentences // _SENTENCES
        return Options(points=sentences - 1, max_words=words if most is None else min(words, words_within(most)))


class SummarizationRequest(BaseModel):
    """A text or several, and what is wanted of their summaries."""

    model_config = ConfigDict(
        strict=True, json_schema_extra={"examples": [{"inputs": EXAMPLE, "parameters": {"max_length": 80}}]}
    )

    inputs: str | Annotated[list[str], Field(min_length=1, max_length=32)]
    parameters: SummarizationParameters | None = None


class SummaryOut(BaseModel):
    """A summary."""

    summary_text: str


class SummarizationErrorOut(BaseModel):
    """An error as Hugging Face's servers have it; `error_type` is the code that it has everywhere in this service."""

    error: str
    error_type: str


def as_hugging_face(problem: Problem, _: str | None) -> dict[str, Any]:
    """The problem as Hugging Face's servers tell of errors."""
    return SummarizationErrorOut(error=problem.detail, error_type=problem.code).model_dump()


def summarization_router(desk: BriefingService, timeout: float, usage: UsageStore) -> APIRouter:
    """The route, served by ``desk``; ``timeout`` is in seconds, ``usage`` counts the texts for their caller."""
    router = APIRouter(tags=["other interfaces"])
    statuses = (400, 401, 408, 413, 415, 422, 429, 503)

    @router.post(
        PATH,
        response_model=list[SummaryOut],
        responses={status: {"model": SummarizationErrorOut, "description": meaning(status)} for status in statuses},
        summary="Condense texts, as Hugging Face's summarization task",
    )
    async def summarize(request: Request, wanted: SummarizationRequest) -> Response:
        """One summary for each text, in their order; where one of them cannot be condensed, none comes back."""
        texts = [wanted.inputs] if isinstance(wanted.inputs, str) else wanted.inputs
        parameters = wanted.parameters or SummarizationParameters()
        gate = asyncio.Semaphore(_AT_ONCE)
        caller = caller_of(request)

        async def one(text: str) -> SummaryOut:
            async with gate:
                served = await desk.serve(Source(text=text), parameters.options(), caller=caller.name)
            return SummaryOut(summary_text=_prose(served.briefing, parameters.most_tokens()))

        work = within_quota(caller, usage, len(texts), partial(_all, one, texts))
        summaries = await while_connected(request, timeout, work)
        if summaries is None:
            return Response(status_code=499)
        return JSONResponse([summary.model_dump() for summary in summaries])

    return router


async def _all(one: Callable[[str], Coroutine[Any, Any, SummaryOut]], texts: list[str]) -> list[SummaryOut]:
    """What ``one`` gives for each; where it fails for one of them, the others are given up."""
    tasks = [asyncio.create_task(one(text)) for text in texts]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _prose(briefing: Briefing, most_tokens: int | None) -> str:
    """As many of the sentences, from the first on, as fit. Raises ``InvalidRequest`` where not one does."""
    text = ""
    for sentence in (*briefing.standfirst, *briefing.points):
        longer = f"{text} {sentence.text}".lstrip()
        if most_tokens is not None and count_tokens(longer) > most_tokens:
            break
        text = longer
    if not text:
        raise InvalidRequest("Not a sentence of the article fits into max_length.")
    return text
