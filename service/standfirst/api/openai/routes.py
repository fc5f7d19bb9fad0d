"""The route ``/v1/chat/completions``, for programs that speak with a chat model.

The conversation is read as ``api.chat`` describes. The answer to a request for a summary is a briefing like any other,
stored and counted as one, in the form that the instruction asks for.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from standfirst.api.chat.handler import Chat, ChatHandler
from standfirst.api.negotiation import EVENT_STREAM
from standfirst.api.openai.errors import ErrorOut
from standfirst.api.openai.schemas import ALIAS, ChatOut, ChatRequest
from standfirst.api.openai.wire import OpenAIWire
from standfirst.api.problems import document_errors
from standfirst.domain.briefing import ModelStamp
from standfirst.errors import ModelNotFound

PATH = "/v1/chat/completions"


def chat_router(handler: ChatHandler, stamp: ModelStamp) -> APIRouter:
    """Return the route."""
    router = APIRouter(tags=["other interfaces"])

    @router.post(
        PATH,
        response_model=ChatOut,
        responses={
            200: {"description": "The answer.", "content": {EVENT_STREAM: {}}},
            **document_errors(ErrorOut, 400, 401, 404, 408, 413, 415, 422, 424, 429, 503),
        },
        summary="Condense an article, as OpenAI's chat completions",
    )
    async def complete(request: Request, chat: ChatRequest) -> Response:
        """Condense the article, or the page of the link, that the messages hold.

        A number of sentences, points, paragraphs or words that the instruction asks for is followed. A question about
        the article is answered with its sentences, and a request for a title with the headline. Other requests get a
        sentence that says what this service does. `temperature` and similar fields have no effect. Errors have
        OpenAI's format.
        """
        if chat.model not in (ALIAS, stamp.writer):
            request.state.field = "model"
            raise ModelNotFound(f"There is no model {chat.model!r} here. There are {ALIAS!r} and {stamp.writer!r}.")
        includes_usage = bool(chat.stream_options and chat.stream_options.include_usage)
        asked = Chat(chat.conversation, chat.token_limit, chat.form, bool(chat.stream))
        return await handler.respond(request, asked, OpenAIWire(stamp.writer, includes_usage=includes_usage))

    return router
