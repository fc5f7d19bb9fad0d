"""The route ``/v1/chat/completions``, for programs that speak with a chat model.

The last user message is parsed into an article and an instruction; system messages are instructions too. The answer is
a briefing like any other, stored and counted as one, in the form that the instruction asks for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from standfirst.api.connection import DISCONNECTED, while_connected
from standfirst.api.event_stream import stream
from standfirst.api.middleware.authentication import caller_of
from standfirst.api.negotiation import EVENT_STREAM
from standfirst.api.openai.completion import Completion
from standfirst.api.openai.errors import ErrorOut
from standfirst.api.openai.markup import fragment_text, is_fragment, is_page, strip_markdown
from standfirst.api.openai.output_spec import parse_output_spec
from standfirst.api.openai.prompt import ParsedPrompt, parse_prompt
from standfirst.api.openai.response import CompletionResponse
from standfirst.api.openai.schemas import ALIAS, ChatMessage, ChatOut, ChatRequest
from standfirst.api.problems import document_errors
from standfirst.application.briefing_service import BriefingService, Progress
from standfirst.application.quota import within_quota
from standfirst.domain.briefing import ModelStamp, ServedBriefing
from standfirst.errors import InvalidRequest, ModelNotFound, NoArticle
from standfirst.reading.source import Source
from standfirst.store.usage import UsageStore

PATH = "/v1/chat/completions"


def chat_router(briefings: BriefingService, stamp: ModelStamp, timeout: float, usage: UsageStore) -> APIRouter:
    """Return the route. ``timeout`` is in seconds; ``usage`` counts the articles of each caller."""
    router = APIRouter(tags=["other interfaces"])

    @router.post(
        PATH,
        response_model=ChatOut,
        responses={
            200: {"description": "The briefing.", "content": {EVENT_STREAM: {}}},
            **document_errors(ErrorOut, 400, 401, 404, 408, 413, 415, 422, 424, 429, 503),
        },
        summary="Condense an article, as OpenAI's chat completions",
    )
    async def complete(request: Request, chat: ChatRequest) -> Response:
        """Condense the article, or the page of the link, that the last user message holds.

        A number of sentences, points, paragraphs or words that the message or a system message asks for is followed;
        other instructions are not. `temperature` and similar fields have no effect. Errors have OpenAI's format.
        """
        if chat.model not in (ALIAS, stamp.writer):
            request.state.field = "model"
            raise ModelNotFound(f"There is no model {chat.model!r} here. There are {ALIAS!r} and {stamp.writer!r}.")
        prompt, source = await asyncio.to_thread(_read_messages, chat.messages)
        system = [message.text for message in chat.messages if message.role in ("system", "developer")]
        completion = Completion(parse_output_spec("\n".join([prompt.instruction, *system])), chat.token_limit)

        async def serve(emit: Callable[[Progress], None] = lambda _: None) -> ServedBriefing:
            caller = caller_of(request.scope)
            work = partial(briefings.serve, source, completion.options, None, emit, caller.name)
            try:
                return await within_quota(caller, usage, 1, work)
            except InvalidRequest as error:
                if chat.token_limit is None:
                    raise
                raise InvalidRequest(f"{error} Here max_tokens is what limits the words.") from error

        response = CompletionResponse(briefings, stamp.writer, completion, chat)
        if chat.stream:
            return await stream(request, timeout, serve, response.encode)
        served = await while_connected(request, timeout, serve())
        if served is None:
            return Response(status_code=DISCONNECTED)
        return JSONResponse(response.whole(served).model_dump())

    return router


def _read_messages(messages: Sequence[ChatMessage]) -> tuple[ParsedPrompt, Source]:
    """Parse the last messages of the user; return what they ask for, and the source. Raises ``NoArticle``."""
    last: list[str] = []
    for message in reversed(messages):
        if message.role == "user":
            last.insert(0, message.text)
        elif last:
            break
    prompt = parse_prompt("\n\n".join(last))
    if prompt.url is not None:
        return prompt, Source(url=prompt.url)
    text = prompt.article
    if not text.strip():
        raise NoArticle("The last user message holds neither an article nor a link to one.")
    if is_page(text):
        return prompt, Source(html=text, title=prompt.title)
    plain = fragment_text(text) if is_fragment(text) else strip_markdown(text)
    return prompt, Source(text=plain, title=prompt.title)
