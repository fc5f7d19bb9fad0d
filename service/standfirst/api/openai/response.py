"""The answers of a chat completion, whole or as a stream of chunks."""

from __future__ import annotations

import json
import time

from fastapi.sse import format_sse_event

from standfirst.api.openai.completion import Completion
from standfirst.api.openai.errors import as_openai
from standfirst.api.openai.schemas import (
    AnswerOut,
    ChatOut,
    ChatRequest,
    ChoiceOut,
    ChunkChoiceOut,
    ChunkOut,
    DeltaOut,
    FinishReason,
    UsageOut,
)
from standfirst.api.tokens import count_tokens
from standfirst.application.briefing_service import BriefingService, Progress
from standfirst.application.problems import to_problem
from standfirst.domain.article import Article
from standfirst.domain.briefing import PlacedSentence, ServedBriefing
from standfirst.errors import InvalidRequest


class CompletionResponse:
    """The answer to ``chat``, whose text is ``completion``: call either ``whole``, or ``encode`` for each step."""

    def __init__(self, briefings: BriefingService, model: str, completion: Completion, chat: ChatRequest) -> None:
        self._briefings = briefings
        self._completion = completion
        self._prompt_tokens = sum(count_tokens(message.text) for message in chat.messages)
        self._includes_usage = bool(chat.stream_options and chat.stream_options.include_usage)
        self._model = model
        self._id = ""
        self._created = int(time.time())

    def whole(self, served: ServedBriefing) -> ChatOut:
        """Return the answer. Raises ``InvalidRequest`` if no sentence fits in its tokens."""
        self._finish(served)
        return ChatOut(
            id=f"chatcmpl-{served.briefing.id}",
            created=self._created,
            model=self._model,
            choices=[ChoiceOut(message=AnswerOut(content=self._completion.text), finish_reason=self._finish_reason)],
            usage=self._usage,
        )

    async def encode(self, step: Progress | Exception) -> bytes:
        """Encode a step of the briefing as no event, one or several."""
        match step:
            case Article():
                self._id = f"chatcmpl-{await self._briefings.briefing_id(step, self._completion.options)}"
                return self._chunk(DeltaOut(role="assistant", content=""))
            case PlacedSentence():
                new = self._completion.add(step)
                return self._chunk(DeltaOut(content=new)) if new else b""
            case ServedBriefing():
                try:
                    new = self._finish(step)
                except InvalidRequest as error:
                    return await self.encode(error)
                rest = self._chunk(DeltaOut(content=new)) if new else b""
                return rest + self._chunk(DeltaOut(), self._finish_reason) + self._usage_chunk() + _event("[DONE]")
            case _:
                return _event(json.dumps(as_openai(to_problem(step))))

    def _finish(self, served: ServedBriefing) -> str:
        new = self._completion.finish(served.briefing, served.article.url)
        if not self._completion.text:
            raise InvalidRequest("Not a sentence of the article fits into max_tokens.")
        return new

    @property
    def _finish_reason(self) -> FinishReason:
        return "length" if self._completion.is_truncated else "stop"

    @property
    def _usage(self) -> UsageOut:
        return UsageOut.of(self._prompt_tokens, count_tokens(self._completion.text))

    def _chunk(self, delta: DeltaOut, reason: FinishReason | None = None) -> bytes:
        return self._encode_chunk([ChunkChoiceOut(delta=delta, finish_reason=reason)])

    def _usage_chunk(self) -> bytes:
        return self._encode_chunk([], self._usage) if self._includes_usage else b""

    def _encode_chunk(self, choices: list[ChunkChoiceOut], usage: UsageOut | None = None) -> bytes:
        chunk = ChunkOut(id=self._id, created=self._created, model=self._model, choices=choices, usage=usage)
        # Fields without a value are left out, except the finish reason, which some clients read in every chunk.
        content = chunk.model_dump(exclude_none=True)
        for choice in content["choices"]:
            choice.setdefault("finish_reason", None)
        return _event(json.dumps(content))


def _event(data: str) -> bytes:
    return format_sse_event(data_str=data)
