"""The routes under ``/api``, for programs that speak with Ollama by its own interface.

Conversations and prompts are read as ``api.chat`` describes.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from standfirst import __version__
from standfirst.api.chat.handler import Chat, ChatHandler
from standfirst.api.chat.wire import Usage
from standfirst.api.ollama.schemas import (
    OllamaChatRequest,
    OllamaErrorOut,
    OllamaGenerateRequest,
    OllamaModelOut,
    OllamaModelsOut,
    OllamaVersionOut,
)
from standfirst.api.ollama.wire import NDJSON, OllamaWire
from standfirst.api.openai.schemas import ALIAS
from standfirst.api.problems import document_errors
from standfirst.domain.briefing import ModelStamp
from standfirst.errors import ModelNotFound

CHAT, GENERATE, TAGS, VERSION = "/api/chat", "/api/generate", "/api/tags", "/api/version"

_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The answer.", "content": {NDJSON: {}, "application/json": {}}},
    **document_errors(OllamaErrorOut, 400, 401, 404, 408, 413, 415, 422, 424, 429, 503),
}


def ollama_router(handler: ChatHandler, stamp: ModelStamp) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["other interfaces"])
    started_at = datetime.now(UTC).isoformat().replace("+00:00", "Z")

    async def respond(
        request: Request, asked: OllamaChatRequest | OllamaGenerateRequest, kind: Literal["chat", "generate"]
    ) -> Response:
        if asked.model.removesuffix(":latest") not in (ALIAS, stamp.writer):
            raise ModelNotFound(f"model {asked.model!r} not found: there are {ALIAS!r} and {stamp.writer!r}")
        wire = OllamaWire(asked.model, kind)
        messages = asked.conversation
        if not any(message.text.strip() for message in messages):  # programs load a model in this way
            return JSONResponse(wire.whole("", "", "load", Usage(0, 0)))
        chat = Chat(messages, asked.token_limit, asked.form(), asked.stream)
        return await handler.respond(request, chat, wire)

    @router.post(CHAT, response_class=Response, responses=_RESPONSES, summary="Condense an article, as Ollama's chat")
    async def chat(request: Request, body: OllamaChatRequest) -> Response:
        """The same as `/v1/chat/completions`, in Ollama's format. `format` may be `json` or a JSON schema."""
        return await respond(request, body, "chat")

    @router.post(
        GENERATE, response_class=Response, responses=_RESPONSES, summary="Condense an article, as Ollama's generate"
    )
    async def generate(request: Request, body: OllamaGenerateRequest) -> Response:
        """The same for one prompt."""
        return await respond(request, body, "generate")

    @router.get(TAGS, summary="The names of the writer, as Ollama's models")
    async def tags() -> OllamaModelsOut:
        """The names that a request may use."""
        digest = hashlib.sha256(f"{stamp.writer} {stamp.revision}".encode()).hexdigest()
        names = [f"{name}:latest" for name in (ALIAS, stamp.writer)]
        return OllamaModelsOut(
            models=[OllamaModelOut(name=name, model=name, modified_at=started_at, digest=digest) for name in names]
        )

    @router.get(VERSION, summary="The version of this service, as Ollama's")
    async def version() -> OllamaVersionOut:
        """The version of this service."""
        return OllamaVersionOut(version=__version__)

    return router
