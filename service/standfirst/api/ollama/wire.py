"""The answers of Ollama's interface: one object, or a stream of JSON lines."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any, Literal

from standfirst.api.chat.wire import FinishReason, Usage
from standfirst.api.ollama.schemas import as_ollama
from standfirst.application.problems import Problem

NDJSON = "application/x-ndjson"


class OllamaWire:
    """The format of the answer to one request: the text is a ``message`` in a chat, and else the ``response``."""

    media_type = NDJSON
    #: A blank line would be no JSON.
    keepalive = b""

    def __init__(self, model: str, kind: Literal["chat", "generate"]) -> None:
        self._model = model
        self._kind = kind
        self._started = time.perf_counter_ns()

    def whole(self, answer_id: str, text: str, reason: FinishReason | Literal["load"], usage: Usage) -> dict[str, Any]:
        """Return the whole answer."""
        took = time.perf_counter_ns() - self._started
        return {
            **self._part(text),
            "done": True,
            "done_reason": reason,
            "total_duration": took,
            "load_duration": 0,
            "prompt_eval_count": usage.prompt,
            "prompt_eval_duration": 0,
            "eval_count": usage.completion,
            "eval_duration": took,
        }

    def start(self, answer_id: str) -> bytes:
        """Return nothing: a stream starts with its first text."""
        return b""

    def delta(self, text: str) -> bytes:
        """Return a line of text."""
        return _line({**self._part(text), "done": False})

    def end(self, reason: FinishReason, usage: Usage) -> bytes:
        """Return the last line."""
        return _line(self.whole("", "", reason, usage))

    def error(self, problem: Problem) -> bytes:
        """Return an error, which ends the stream."""
        return _line(as_ollama(problem, None))

    def _part(self, text: str) -> dict[str, Any]:
        content = {"message": {"role": "assistant", "content": text}} if self._kind == "chat" else {"response": text}
        return {"model": self._model, "created_at": datetime.now(UTC).isoformat().replace("+00:00", "Z"), **content}


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode() + b"\n"
