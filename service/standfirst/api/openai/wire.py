"""The answers of a chat completion in OpenAI's format, whole or as a stream of chunks."""

from __future__ import annotations

import json
import time
from typing import Any

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from standfirst.api.chat.wire import FinishReason, Usage
from standfirst.api.negotiation import EVENT_STREAM
from standfirst.api.openai.errors import as_openai
from standfirst.api.openai.schemas import AnswerOut, ChatOut, ChoiceOut, ChunkChoiceOut, ChunkOut, DeltaOut, UsageOut
from standfirst.application.problems import Problem


class OpenAIWire:
    """The format of the answer to one request. ``model`` is the writer; usage ends a stream if ``includes_usage``."""

    media_type = EVENT_STREAM
    keepalive = KEEPALIVE_COMMENT

    def __init__(self, model: str, *, includes_usage: bool) -> None:
        self._model = model
        self._includes_usage = includes_usage
        self._id = ""
        self._created = int(time.time())

    def whole(self, answer_id: str, text: str, reason: FinishReason, usage: Usage) -> dict[str, Any]:
        """Return the whole answer."""
        return ChatOut(
            id=f"chatcmpl-{answer_id}",
            created=self._created,
            model=self._model,
            choices=[ChoiceOut(message=AnswerOut(content=text), finish_reason=reason)],
            usage=UsageOut.of(usage.prompt, usage.completion),
        ).model_dump()

    def start(self, answer_id: str) -> bytes:
        """Return the first chunk."""
        self._id = f"chatcmpl-{answer_id}"
        return self._chunk(DeltaOut(role="assistant", content=""))

    def delta(self, text: str) -> bytes:
        """Return a chunk of text."""
        return self._chunk(DeltaOut(content=text))

    def end(self, reason: FinishReason, usage: Usage) -> bytes:
        """Return the last chunks."""
        counts = UsageOut.of(usage.prompt, usage.completion)
        return (
            self._chunk(DeltaOut(), reason)
            + (self._encode([], counts) if self._includes_usage else b"")
            + format_sse_event(data_str="[DONE]")
        )

    def error(self, problem: Problem) -> bytes:
        """Return an error, which ends the stream."""
        return format_sse_event(data_str=json.dumps(as_openai(problem)))

    def _chunk(self, delta: DeltaOut, reason: FinishReason | None = None) -> bytes:
        return self._encode([ChunkChoiceOut(delta=delta, finish_reason=reason)])

    def _encode(self, choices: list[ChunkChoiceOut], usage: UsageOut | None = None) -> bytes:
        chunk = ChunkOut(id=self._id, created=self._created, model=self._model, choices=choices, usage=usage)
        # Fields without a value are left out, except the finish reason, which some clients read in every chunk.
        content = chunk.model_dump(exclude_none=True)
        for choice in content["choices"]:
            choice.setdefault("finish_reason", None)
        return format_sse_event(data_str=json.dumps(content))
