"""The handler of chats: does what a conversation asks for, and answers in the format of the interface it came by."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Protocol

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from standfirst.api.chat.completion import BriefingCompletion, Completion, json_completion, title_completion
from standfirst.api.chat.conversation import ChatTask, Message, read_conversation
from standfirst.api.chat.json_form import JsonForm, form_of_instruction
from standfirst.api.chat.output_spec import parse_output_spec
from standfirst.api.chat.task import Task
from standfirst.api.connection import DISCONNECTED, while_connected
from standfirst.api.event_stream import stream
from standfirst.api.middleware.authentication import caller_of
from standfirst.application.answer_service import Answer, AnswerService
from standfirst.application.briefing_service import BriefingService, Progress
from standfirst.application.problems import Problem, to_problem
from standfirst.application.quota import within_quota
from standfirst.application.tokens import CountTokens
from standfirst.domain.article import Article
from standfirst.domain.briefing import PlacedSentence, ServedBriefing
from standfirst.errors import InvalidRequest
from standfirst.reading.source import Source
from standfirst.store.usage import UsageStore

FinishReason = Literal["stop", "length"]

_ONLY = "This service condenses news articles, and answers questions about them with their own sentences."
_NO_ARTICLE = f"{_ONLY} Send the text of an article, or a link to one."
_ANOTHER_TASK = f"{_ONLY} It does nothing else with a text: no translation, and no writing of its own."
_NO_ANSWER = "No sentence of the article seems to answer this."
#: The most words of a title of a conversation without an article.
_MAX_TITLE_WORDS = 6


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of the messages, and of the answer."""

    prompt: int
    completion: int


class Wire(Protocol):
    """The format of an interface's answers: whole, and as the parts of a stream."""

    media_type: str
    keepalive: bytes

    def whole(self, answer_id: str, text: str, reason: FinishReason, usage: Usage) -> Any:
        """Return the whole answer, to be sent as JSON."""

    def start(self, answer_id: str) -> bytes:
        """Return the start of a stream."""

    def delta(self, text: str) -> bytes:
        """Return the part of a stream for text that is new."""

    def end(self, reason: FinishReason, usage: Usage) -> bytes:
        """Return the end of a stream."""

    def error(self, problem: Problem) -> bytes:
        """Return the end of a stream that failed."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A request: its messages, the most tokens of the answer, the form of its JSON, and whether it is streamed."""

    messages: Sequence[Message]
    max_tokens: int | None
    form: JsonForm | None
    is_streamed: bool


class ChatHandler:
    """Answers chats with the services. ``timeout`` is in seconds; ``usage`` counts the articles of each caller."""

    def __init__(
        self,
        briefings: BriefingService,
        answers: AnswerService,
        count: CountTokens,
        timeout: float,
        usage: UsageStore,
    ) -> None:
        self._briefings = briefings
        self._answers = answers
        self._count = count
        self._timeout = timeout
        self._usage = usage

    async def respond(self, request: Request, chat: Chat, wire: Wire) -> Response:
        """Return the answer to ``chat``.

        Raises ``NoArticle`` for messages without text, ``InvalidRequest`` if no sentence fits into ``max_tokens``, and
        the errors of the services.
        """
        task, prompt_tokens = await asyncio.to_thread(self._read, chat.messages)
        form = chat.form or form_of_instruction(task.instruction)
        if task.source is not None and task.task in (Task.BRIEFING, Task.TITLE):
            completion = self._completion(task, form, chat.max_tokens)
            return await _Briefed(self, request, chat, wire, completion, task.source, prompt_tokens).respond()
        text = await self._text(request, task, form)
        if text is None:
            return Response(status_code=DISCONNECTED)
        usage = Usage(prompt_tokens, self._count(text))
        answer_id = uuid.uuid4().hex
        if chat.is_streamed:
            content = wire.start(answer_id) + wire.delta(text) + wire.end("stop", usage)
            return Response(content, media_type=wire.media_type, headers={"Cache-Control": "no-store"})
        return JSONResponse(wire.whole(answer_id, text, "stop", usage))

    def _read(self, messages: Sequence[Message]) -> tuple[ChatTask, int]:
        return read_conversation(messages), sum(self._count(message.text) for message in messages)

    def _completion(self, task: ChatTask, form: JsonForm | None, max_tokens: int | None) -> Completion:
        if task.task is Task.TITLE:
            return title_completion(form, max_tokens, self._count)
        spec = parse_output_spec(task.instruction)
        return BriefingCompletion(spec, max_tokens, self._count) if form is None else json_completion(form, spec)

    async def _text(self, request: Request, task: ChatTask, form: JsonForm | None) -> str | None:
        """Return an answer that is no briefing; None if the caller disconnects."""
        if task.task is Task.ANSWER and task.source is not None:
            caller = caller_of(request.scope)
            work = partial(self._answers.answer, task.source, task.question, caller.name)
            answer = await while_connected(request, self._timeout, within_quota(caller, self._usage, 1, work))
            return None if answer is None else _quote(answer)
        if task.task is Task.TITLE:
            title = " ".join(task.said.split()[:_MAX_TITLE_WORDS])
            return title if form is None else form.fill(title)
        if form is not None:
            return form.fill()
        return _NO_ARTICLE if task.source is None else _ANOTHER_TASK


class _Briefed:
    """The answer to one chat whose text is made of a briefing."""

    def __init__(
        self,
        handler: ChatHandler,
        request: Request,
        chat: Chat,
        wire: Wire,
        completion: Completion,
        source: Source,
        prompt_tokens: int,
    ) -> None:
        self._handler = handler
        self._request = request
        self._chat = chat
        self._wire = wire
        self._completion = completion
        self._source = source
        self._prompt_tokens = prompt_tokens

    async def respond(self) -> Response:
        """Make the briefing, and return the answer."""
        if self._chat.is_streamed:
            wire, timeout = self._wire, self._handler._timeout
            return await stream(
                self._request, timeout, self._serve, self._encode, wire.media_type, keepalive=wire.keepalive
            )
        served = await while_connected(self._request, self._handler._timeout, self._serve())
        if served is None:
            return Response(status_code=DISCONNECTED)
        self._finish(served)
        text, usage = self._completion.text, self._used
        return JSONResponse(self._wire.whole(served.briefing.id, text, self._reason, usage))

    async def _serve(self, emit: Callable[[Progress], None] = lambda _: None) -> ServedBriefing:
        caller = caller_of(self._request.scope)
        options = self._completion.options
        work = partial(self._handler._briefings.serve, self._source, options, None, emit, caller.name)
        try:
            return await within_quota(caller, self._handler._usage, 1, work)
        except InvalidRequest as error:
            if self._chat.max_tokens is None:
                raise
            raise InvalidRequest(f"{error} Here max_tokens is what limits the words.") from error

    async def _encode(self, step: Progress | Exception) -> bytes:
        """Encode a step of the briefing."""
        match step:
            case Article():
                return self._wire.start(await self._handler._briefings.briefing_id(step, self._completion.options))
            case PlacedSentence():
                new = self._completion.add(step)
                return self._wire.delta(new) if new else b""
            case ServedBriefing():
                try:
                    new = self._finish(step)
                except InvalidRequest as error:
                    return await self._encode(error)
                return (self._wire.delta(new) if new else b"") + self._wire.end(self._reason, self._used)
            case _:
                return self._wire.error(to_problem(step))

    def _finish(self, served: ServedBriefing) -> str:
        new = self._completion.finish(served)
        if not self._completion.text:
            raise InvalidRequest("Not a sentence of the article fits into max_tokens.")
        return new

    @property
    def _reason(self) -> FinishReason:
        return "length" if self._completion.is_truncated else "stop"

    @property
    def _used(self) -> Usage:
        return Usage(self._prompt_tokens, self._handler._count(self._completion.text))


def _quote(answer: Answer) -> str:
    """Return an answer as Markdown: the passages as quotations, and that they are no more."""
    if not answer.passages:
        return f"{_NO_ANSWER} {_ONLY}"
    quotations = "\n>\n".join(f"> {' '.join(passage.text.split())}" for passage in answer.passages)
    return f"The article says:\n\n{quotations}\n\n{_ONLY}"
