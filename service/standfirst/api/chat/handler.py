"""The handler of chats: does what a conversation asks for, and answers in the format of the interface it came by."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from standfirst.api.chat.briefed_answer import NOTHING_FITS, BriefedAnswer
from standfirst.api.chat.completion import BriefingCompletion, Completion, json_completion, title_completion
from standfirst.api.chat.conversation import ChatTask, Message, read_conversation
from standfirst.api.chat.json_form import JsonForm, form_of_instruction
from standfirst.api.chat.output_spec import parse_output_spec
from standfirst.api.chat.task import Task
from standfirst.api.chat.wire import FinishReason, Usage, Wire
from standfirst.api.connection import DISCONNECTED, while_connected
from standfirst.api.middleware.authentication import caller_of
from standfirst.application.answer_service import AnswerService
from standfirst.application.briefing_service import BriefingService
from standfirst.application.quota import within_quota
from standfirst.application.tokens import CountTokens
from standfirst.domain.briefing import Passage
from standfirst.errors import InvalidRequest
from standfirst.reading.source import Source
from standfirst.store.usage import UsageStore

_ONLY = "This service condenses news articles, and answers questions about them with their own sentences."
_NO_ARTICLE = f"{_ONLY} Send the text of an article, or a link to one."
_ANOTHER_TASK = f"{_ONLY} It does nothing else with a text: no translation, and no writing of its own."
_NO_ANSWER = f"No sentence of the article seems to answer this. {_ONLY}"
#: The most words of a title of a conversation without an article.
_MAX_TITLE_WORDS = 6


@dataclass(frozen=True, slots=True)
class Chat:
    """A request: its messages, the most tokens of the answer, the form of its JSON, and whether it is streamed."""

    messages: Sequence[Message]
    max_tokens: int | None
    form: JsonForm | None
    is_streamed: bool

    def fits(self, tokens: int) -> bool:
        """Return whether an answer may have so many tokens."""
        return self.max_tokens is None or tokens <= self.max_tokens


@dataclass(frozen=True, slots=True)
class ChatHandler:
    """Answers chats with the services. ``timeout`` is in seconds; ``usage`` counts the articles of each caller."""

    briefings: BriefingService
    answers: AnswerService
    count: CountTokens
    timeout: float
    usage: UsageStore

    async def respond(self, request: Request, chat: Chat, wire: Wire) -> Response:
        """Return the answer to ``chat``.

        Raises ``NoArticle`` for messages without text, ``InvalidRequest`` if no sentence fits into ``max_tokens``, and
        the errors of the services.
        """
        task, prompt_tokens = await asyncio.to_thread(self._read, chat.messages)
        form = chat.form or form_of_instruction(task.instruction)
        if task.source is not None and task.task in (Task.BRIEFING, Task.TITLE):
            answer = BriefedAnswer(
                briefings=self.briefings,
                usage=self.usage,
                count=self.count,
                timeout=self.timeout,
                source=task.source,
                completion=self._completion(task, form, chat.max_tokens),
                is_limited=chat.max_tokens is not None,
                prompt_tokens=prompt_tokens,
                wire=wire,
            )
            return await answer.respond(request, is_streamed=chat.is_streamed)
        reason: FinishReason = "stop"
        if task.task is Task.ANSWER and task.source is not None:
            passages = await self._passages(request, task.source, task.question)
            if passages is None:
                return Response(status_code=DISCONNECTED)
            text, reason = self._quote(passages, chat)
        else:
            text = _text(task, form)
        usage = Usage(prompt_tokens, self.count(text))
        if not chat.fits(usage.completion):
            raise InvalidRequest(NOTHING_FITS)
        answer_id = uuid.uuid4().hex
        if chat.is_streamed:
            content = wire.start(answer_id) + wire.delta(text) + wire.end(reason, usage)
            return Response(content, media_type=wire.media_type, headers={"Cache-Control": "no-store"})
        return JSONResponse(wire.whole(answer_id, text, reason, usage))

    def _read(self, messages: Sequence[Message]) -> tuple[ChatTask, int]:
        return read_conversation(messages), sum(self.count(message.text) for message in messages)

    def _completion(self, task: ChatTask, form: JsonForm | None, max_tokens: int | None) -> Completion:
        if task.task is Task.TITLE:
            return title_completion(form, max_tokens, self.count)
        spec = parse_output_spec(task.instruction)
        return BriefingCompletion(spec, max_tokens, self.count) if form is None else json_completion(form, spec)

    async def _passages(self, request: Request, source: Source, question: str) -> Sequence[Passage] | None:
        """Return the passages that answer the question; None if the caller disconnects."""
        caller = caller_of(request.scope)
        work = partial(self.answers.answer, source, question, caller.name)
        answer = await while_connected(request, self.timeout, within_quota(caller, self.usage, 1, work))
        return None if answer is None else answer.passages

    def _quote(self, passages: Sequence[Passage], chat: Chat) -> tuple[str, FinishReason]:
        """Return as many passages as fit, as quotations in Markdown, and whether all of them do."""
        for number in range(len(passages), 0, -1):
            quotations = "\n>\n".join(f"> {' '.join(passage.text.split())}" for passage in passages[:number])
            text = f"The article says:\n\n{quotations}\n\n{_ONLY}"
            if chat.fits(self.count(text)):
                return text, "stop" if number == len(passages) else "length"
        if passages:
            raise InvalidRequest(NOTHING_FITS)
        return _NO_ANSWER, "stop"


def _text(task: ChatTask, form: JsonForm | None) -> str:
    """Return an answer that needs no article."""
    if task.task is Task.TITLE:
        title = " ".join(task.said.split()[:_MAX_TITLE_WORDS])
        return title if form is None else form.fill(title)
    if form is not None:
        return form.fill()
    return _NO_ARTICLE if task.source is None else _ANOTHER_TASK
