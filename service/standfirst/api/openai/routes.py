"""OpenAI's door: ``/v1/chat/completions``, so that what speaks with a chat model gets briefings by changing an address.

The last user message is told apart into article and instruction (``reading.prompt``); system messages are instructions.
The answer is a briefing like any other, kept and counted as one, in the form that the instruction asks for
(``reading.wish``).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from fastapi.sse import format_sse_event

from standfirst.api import events
from standfirst.api.connection import while_connected
from standfirst.api.middleware.error_format import as_openai
from standfirst.api.middleware.limits import caller_of
from standfirst.api.negotiation import EVENT_STREAM
from standfirst.api.openai.answer import Answer, count_tokens
from standfirst.api.openai.fragment import fragment_text, is_fragment, is_page
from standfirst.api.openai.markdown import without_marks
from standfirst.api.openai.output_spec import read_output_spec
from standfirst.api.openai.prompt import Prompt, read_prompt
from standfirst.api.openai.schemas import (
    ALIAS,
    AnswerOut,
    ChatMessage,
    ChatOut,
    ChatRequest,
    ChoiceOut,
    ChunkChoiceOut,
    ChunkOut,
    DeltaOut,
    ErrorOut,
    FinishReason,
    UsageOut,
)
from standfirst.api.problems import meaning
from standfirst.application.briefing_service import BriefingService, Progress
from standfirst.application.problems import to_problem
from standfirst.application.quota import within_quota
from standfirst.domain.article import Article
from standfirst.domain.briefing import ModelStamp, PlacedSentence, ServedBriefing
from standfirst.errors import InvalidRequest, ModelNotFound, NoArticle
from standfirst.reading.source import Source
from standfirst.store.usage import UsageStore

PATH = "/v1/chat/completions"


def _documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": ErrorOut, "description": meaning(status)} for status in statuses}


def chat_router(desk: BriefingService, stamp: ModelStamp, timeout: float, usage: UsageStore) -> APIRouter:
    """The route, served by ``desk``; ``timeout`` is in seconds, ``usage`` counts the article for its caller."""
    router = APIRouter(tags=["other interfaces"])

    @router.post(
        PATH,
        response_model=ChatOut,
        responses={
            200: {"description": "The briefing.", "content": {EVENT_STREAM: {}}},
            **_documented(400, 401, 404, 408, 413, 415, 422, 424, 429, 503),
        },
        summary="Condense an article, as OpenAI's chat completions",
    )
    async def complete(request: Request, wanted: ChatRequest) -> Response:
        """Condense the article, or the page of the link, that the last user message holds.

        Of what the message and system messages ask for, a number of sentences, points, paragraphs or words is
        followed. `temperature` and its like have no effect; errors are told of as OpenAI does.
        """
        if wanted.model not in (ALIAS, stamp.writer):
            request.state.field = "model"
            raise ModelNotFound(f"There is no model {wanted.model!r} here. There are {ALIAS!r} and {stamp.writer!r}.")
        prompt, source = await asyncio.to_thread(_read, wanted.messages)
        instructions = [m.text for m in wanted.messages if m.role in ("system", "developer")]
        answer = Answer(read_output_spec("\n".join([prompt.instruction, *instructions])), wanted.most_tokens)

        async def serve(tell: Callable[[Progress], None] = lambda _: None) -> ServedBriefing:
            caller = caller_of(request)
            work = partial(desk.serve, source, answer.options, None, tell, caller.name)
            try:
                return await within_quota(caller, usage, 1, work)
            except InvalidRequest as error:
                if wanted.most_tokens is None:
                    raise
                raise InvalidRequest(f"{error} Here max_tokens is what limits the words.") from error

        telling = _Telling(desk, stamp, answer, wanted)
        if wanted.stream:
            return await events.stream(request, timeout, serve, telling.show)
        served = await while_connected(request, timeout, serve())
        return Response(status_code=499) if served is None else JSONResponse(telling.whole(served).model_dump())

    return router


def _read(messages: Sequence[ChatMessage]) -> tuple[Prompt, Source]:
    """The last user's messages told apart, and what is to be condensed. Raises ``NoArticle``."""
    last: list[str] = []
    for message in reversed(messages):
        if message.role == "user":
            last.insert(0, message.text)
        elif last:
            break
    prompt = read_prompt("\n\n".join(last))
    if prompt.url is not None:
        return prompt, Source(url=prompt.url)
    text = prompt.article
    if not text.strip():
        raise NoArticle("The last user message holds neither an article nor a link to one.")
    if is_page(text):
        return prompt, Source(html=text, title=prompt.title)
    return prompt, Source(text=fragment_text(text) if is_fragment(text) else without_marks(text), title=prompt.title)


class _Telling:
    """Tells of a briefing as OpenAI does of a completion: as a whole, or step by step."""

    def __init__(self, desk: BriefingService, stamp: ModelStamp, answer: Answer, wanted: ChatRequest) -> None:
        self._desk = desk
        self._answer = answer
        self._prompt_tokens = sum(count_tokens(message.text) for message in wanted.messages)
        self._tells_usage = bool(wanted.stream_options and wanted.stream_options.include_usage)
        self._model = stamp.writer
        self._id = ""
        self._created = int(time.time())

    def whole(self, served: ServedBriefing) -> ChatOut:
        """The completion. Raises ``InvalidRequest`` where not a sentence fits into its tokens."""
        self._end(served)
        return ChatOut(
            id=f"chatcmpl-{served.briefing.id}",
            created=self._created,
            model=self._model,
            choices=[ChoiceOut(message=AnswerOut(content=self._answer.text), finish_reason=self._reason)],
            usage=self._usage,
        )

    async def show(self, came: Progress | Exception) -> bytes:
        """What is sent of a step: no event, one or several."""
        match came:
            case Article():
                self._id = f"chatcmpl-{await self._desk.briefing_id(came, self._answer.options)}"
                return self._chunk(DeltaOut(role="assistant", content=""))
            case PlacedSentence():
                said = self._answer.place(came)
                return self._chunk(DeltaOut(content=said)) if said else b""
            case ServedBriefing():
                try:
                    said = self._end(came)
                except InvalidRequest as error:
                    return await self.show(error)
                rest = self._chunk(DeltaOut(content=said)) if said else b""
                return rest + self._chunk(DeltaOut(), self._reason) + self._counts() + _event("[DONE]")
            case _:
                return _event(json.dumps(as_openai(to_problem(came))))

    def _end(self, served: ServedBriefing) -> str:
        said = self._answer.end(served.briefing, served.article.url)
        if not self._answer.text:
            raise InvalidRequest("Not a sentence of the article fits into max_tokens.")
        return said

    @property
    def _reason(self) -> FinishReason:
        return "length" if self._answer.is_short else "stop"

    @property
    def _usage(self) -> UsageOut:
        return UsageOut.of(self._prompt_tokens, count_tokens(self._answer.text))

    def _chunk(self, delta: DeltaOut, reason: FinishReason | None = None) -> bytes:
        return self._step([ChunkChoiceOut(delta=delta, finish_reason=reason)])

    def _counts(self) -> bytes:
        return self._step([], self._usage) if self._tells_usage else b""

    def _step(self, choices: list[ChunkChoiceOut], usage: UsageOut | None = None) -> bytes:
        chunk = ChunkOut(id=self._id, created=self._created, model=self._model, choices=choices, usage=usage)
        # Fields that are not given are left out, but for the reason, which some look for in every chunk.
        content = chunk.model_dump(exclude_none=True)
        for choice in content["choices"]:
            choice.setdefault("finish_reason", None)
        return _event(json.dumps(content))


def _event(data: str) -> bytes:
    return format_sse_event(data_str=data)
