"""The format of an interface's answers: whole, and as the parts of a stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from standfirst.application.problems import Problem

#: Why an answer ends; ``length`` means that sentences were left out because of the limit of tokens.
FinishReason = Literal["stop", "length"]


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of the messages, and of the answer."""

    prompt: int
    completion: int


class Wire(Protocol):
    """The format of the answer to one request. ``keepalive`` is sent in the pauses of a stream."""

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
