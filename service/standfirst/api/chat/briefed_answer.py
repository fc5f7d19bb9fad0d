"""The answer to a chat whose text is made of a briefing, whole or sentence by sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from standfirst.api.chat.completion import Completion
from standfirst.api.chat.wire import FinishReason, Usage, Wire
from standfirst.api.connection import DISCONNECTED, while_connected
from standfirst.api.event_stream import stream
from standfirst.api.middleware.authentication import caller_of
from standfirst.application.briefing_service import BriefingService, Progress
from standfirst.application.problems import to_problem
from standfirst.application.quota import within_quota
from standfirst.application.tokens import CountTokens
from standfirst.domain.article import Article
from standfirst.domain.briefing import PlacedSentence, ServedBriefing
from standfirst.errors import InvalidRequest
from standfirst.reading.source import Source
from standfirst.store.usage import UsageStore

#: What is said if not one sentence fits.
NOTHING_FITS = "Not a sentence of the answer fits into max_tokens."


@dataclass(frozen=True, slots=True)
class BriefedAnswer:
    """One answer: ``completion`` is its text, of the article of ``source``, in the format ``wire``.

    ``timeout`` is in seconds; ``usage`` counts the articles of each caller; the messages have ``prompt_tokens``.
    """

    briefings: BriefingService
    usage: UsageStore
    count: CountTokens
    timeout: float
    source: Source
    completion: Completion
    is_limited: bool
    prompt_tokens: int
    wire: Wire

    async def respond(self, request: Request, *, is_streamed: bool) -> Response:
        """Make the briefing, and return the answer. Raises ``InvalidRequest`` if no sentence fits into its tokens."""
        serve = partial(self._serve, caller_of(request.scope).name)
        work = partial(within_quota, caller_of(request.scope), self.usage, 1)
        if is_streamed:
            return await stream(
                request,
                self.timeout,
                lambda emit: work(partial(serve, emit)),
                self._encode,
                self.wire.media_type,
                keepalive=self.wire.keepalive,
            )
        served = await while_connected(request, self.timeout, work(partial(serve, lambda _: None)))
        if served is None:
            return Response(status_code=DISCONNECTED)
        self._finish(served)
        return JSONResponse(self.wire.whole(served.briefing.id, self.completion.text, self._reason, self._used))

    async def _serve(self, caller: str, emit: Callable[[Progress], None]) -> ServedBriefing:
        try:
            return await self.briefings.serve(self.source, self.completion.options, None, emit, caller)
        except InvalidRequest as error:
            if not self.is_limited:
                raise
            raise InvalidRequest(f"{error} Here max_tokens is what limits the words.") from error

    async def _encode(self, step: Progress | Exception) -> bytes:
        """Encode a step of the briefing."""
        match step:
            case Article():
                return self.wire.start(await self.briefings.briefing_id(step, self.completion.options))
            case PlacedSentence():
                new = self.completion.add(step)
                return self.wire.delta(new) if new else b""
            case ServedBriefing():
                try:
                    new = self._finish(step)
                except InvalidRequest as error:
                    return self.wire.error(to_problem(error))
                return (self.wire.delta(new) if new else b"") + self.wire.end(self._reason, self._used)
            case _:
                return self.wire.error(to_problem(step))

    def _finish(self, served: ServedBriefing) -> str:
        new = self.completion.finish(served)
        if not self.completion.text:
            raise InvalidRequest(NOTHING_FITS)
        return new

    @property
    def _reason(self) -> FinishReason:
        return "length" if self.completion.is_truncated else "stop"

    @property
    def _used(self) -> Usage:
        return Usage(self.prompt_tokens, self.count(self.completion.text))
