"""The wire: one request to an OpenAI-compatible server, and its answer or error.

The server applies its model's chat template. Nothing is retried or remembered here (see ``server``).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from standfirst_models.errors import InferenceFailed, ModelError, NotReady, PromptTooLong
from standfirst_models.remote.endpoint import Endpoint

#: Seconds that a whole answer may take, and a connection. A server that runs one request after the other makes the last
#: of many wait for all of them.
_TIMEOUT, _CONNECT_TIMEOUT = 120.0, 5.0
#: The largest answer in bytes, and how many more for each token of an answer that is streamed.
_MOST_BYTES, _TOKEN_BYTES = 100_000, 1_000
#: The most characters of a text for each token that was asked for. A server may ignore ``max_tokens``: the rest of its
#: text is dropped.
_CHARACTERS = 32
#: The longest ``Retry-After`` that is followed, in seconds.
_LONGEST_WAIT = 30.0
#: Statuses of a request that the server does not accept: malformed, too large, unprocessable.
_NOT_ACCEPTED = frozenset({400, 413, 422})
#: Statuses of a server, or a proxy before it, that does not work at the moment.
_UNAVAILABLE = frozenset({408, 502, 503, 504})


class ServerBusy(NotReady):
    """The server answers 429: it has too many requests."""


class ServerUnavailable(NotReady):
    """The server cannot be connected to, or answers that it does not work at the moment."""


class ServerTimeout(NotReady):
    """The server did not answer a request in time."""


class ConnectionLost(InferenceFailed):
    """The connection ended before the whole answer had arrived."""


class RequestRefused(ModelError):
    """The server refuses the key, the model, the address or what was sent."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that a model is to continue: messages as (role, text), and the most tokens of the answer.

    ``alternatives`` is the number of likely tokens that the server is to list at each place of the answer.
    """

    messages: tuple[tuple[str, str], ...]
    max_tokens: int
    alternatives: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A text, and how many tokens it and its chat have; an estimate if the server does not say.

    ``likely`` has the log probabilities of the likely tokens at each place, as far as the server lists them.
    """

    text: str
    tokens: int
    likely: tuple[Mapping[str, float], ...] = ()


#: Takes the beginning of an answer that is being written, up to the end of a line.
EmitText = Callable[[str], None]


class ChatClient:
    """A client of the API of ``endpoint``, for one event loop. ``key`` is sent as a bearer token."""

    def __init__(self, endpoint: Endpoint, key: str | None, *, timeout_s: float = _TIMEOUT) -> None:
        """Raises ``ModelError`` if a header cannot carry ``key``."""
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Standfirst"}
        if key is not None:
            if not (key.isascii() and key.isprintable() and key.strip()):
                raise ModelError(f"The {endpoint.role}'s key holds characters that a key cannot have.")
            headers["Authorization"] = f"Bearer {key.strip()}"
        self._endpoint = endpoint
        self._name = f"the {endpoint.role}'s server"
        self._subject = f"The {endpoint.role}'s server"
        self._timeout_s = timeout_s
        self._client = httpx2.AsyncClient(
            headers=headers,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx2.Timeout(timeout_s, connect=min(timeout_s, _CONNECT_TIMEOUT)),
            # The caller limits the number of requests.
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=32),
        )

    async def models(self) -> list[str]:
        """Return the ids of the server's models. Raises as ``ask`` does."""
        async with self._response("GET", "models", None) as response:
            listed = self._parse(await self._content(response))
        try:
            return [_text(model["id"]) for model in listed["data"]]
        except (KeyError, TypeError):
            raise InferenceFailed(f"{self._subject} does not say which models it has as OpenAI's does.") from None

    async def ask(self, model: str, chat: Chat, emit: EmitText | None = None) -> Answer:
        """Return the answer of ``model`` to ``chat``, decoded greedily. A text that is cut off closes with "…".

        With ``emit`` the answer is streamed: it is called after each line with the text so far.

        Raises ``ServerBusy``, ``ServerUnavailable``, ``ServerTimeout``, ``ConnectionLost`` and ``RequestRefused``;
        ``PromptTooLong`` if the server does not accept this chat; ``InferenceFailed`` if it fails on the chat or its
        answer is malformed.
        """
        request: dict[str, object] = {
            "model": model,
            "messages": [{"role": role, "content": text} for role, text in chat.messages],
            "max_tokens": chat.max_tokens,
            "temperature": 0,
            "seed": 0,
            "stream": emit is not None,
        }
        if chat.alternatives:
            request |= {"logprobs": True, "top_logprobs": chat.alternatives}
        written = _Written(_CHARACTERS * chat.max_tokens)
        try:
            async with self._response("POST", "chat/completions", request) as response:
                if response.headers.get("content-type", "").startswith("text/event-stream"):
                    await self._read_events(response, written, _MOST_BYTES + _TOKEN_BYTES * chat.max_tokens, emit)
                else:
                    written.add(self._parse(await self._content(response)))
            return written.answer(chat)
        except (KeyError, IndexError, TypeError, AttributeError):
            raise InferenceFailed(f"What {self._name} answered is not what OpenAI's answers.") from None

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    @asynccontextmanager
    async def _response(
        self, method: str, path: str, body: Mapping[str, object] | None
    ) -> AsyncIterator[httpx2.Response]:
        """Send one request, and give its response to the block, which reads it. Raises what a failure means."""
        try:
            async with asyncio.timeout(self._timeout_s):
                async with self._client.stream(method, f"{self._endpoint.base}/{path}", json=body) as response:
                    self._raise_for_status(response)
                    yield response
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            why = ": its certificate could not be verified" if "CERTIFICATE" in str(error).upper() else ""
            raise ServerUnavailable(f"{self._subject} cannot be connected to{why}.", 0) from None
        except (TimeoutError, httpx2.TimeoutException):
            raise ServerTimeout(f"{self._subject} did not answer within {self._timeout_s:g} s.", 0) from None
        except httpx2.HTTPError:
            raise ConnectionLost(f"The connection to {self._name} broke.") from None

    def _raise_for_status(self, response: httpx2.Response) -> None:
        """Raise the error that a status other than 200 means. The body is not read: it may repeat what was sent."""
        status = response.status_code
        if status == httpx2.codes.OK:
            return
        if status == httpx2.codes.TOO_MANY_REQUESTS:
            raise ServerBusy(f"{self._subject} has too much to do.", _retry_after(response.headers))
        if status in _UNAVAILABLE:
            message = f"{self._subject} is not serving: it answers {status}."
            raise ServerUnavailable(message, _retry_after(response.headers))
        if status in _NOT_ACCEPTED:
            raise PromptTooLong(f"{self._subject} does not take this passage: it answers {status}.")
        if status >= httpx2.codes.INTERNAL_SERVER_ERROR:
            raise InferenceFailed(f"{self._subject} failed on this request: it answers {status}.")
        why = {
            401: f"{self._endpoint.key_setting} is missing or wrong",
            403: "the key may not be used for this model",
            404: "it has no such model, or the address does not end as it should, in /v1",
        }.get(status, "the address may not be that of a server that speaks as OpenAI's does")
        raise RequestRefused(f"{self._subject} answers {status}: {why}.")

    async def _content(self, response: httpx2.Response) -> bytes:
        return b"".join([chunk async for chunk in self._chunks(response, _MOST_BYTES)])

    async def _read_events(
        self, response: httpx2.Response, written: _Written, most_bytes: int, emit: EmitText | None
    ) -> None:
        """Add the server-sent events of a streamed answer to ``written``, and emit its lines."""
        rest, emitted = b"", 0
        async for chunk in self._chunks(response, most_bytes):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                data = line.removeprefix(b"data:").strip()
                if not line.startswith(b"data:") or data == b"[DONE]":
                    continue
                written.add(self._parse(data))
                end = written.text.rfind("\n") + 1
                if emit is not None and end > emitted:
                    emitted = end
                    emit(written.text[:end])

    async def _chunks(self, response: httpx2.Response, most_bytes: int) -> AsyncIterator[bytes]:
        """Yield the content of ``response`` as it arrives. Raises ``InferenceFailed`` if there is too much of it."""
        size = 0
        async for chunk in response.aiter_raw():
            size += len(chunk)
            if size > most_bytes:
                raise InferenceFailed(f"{self._subject} answered with more than {most_bytes} bytes.")
            yield chunk

    def _parse(self, content: bytes) -> Any:
        """Return the JSON object in ``content``."""
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise InferenceFailed(f"What {self._name} answered is not JSON, or no object.")
        return answer


class _Written:
    """An answer while it arrives, whole or in pieces. Of a text longer than ``most`` characters the rest is dropped."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._finish: object = None
        self._tokens = 0
        self._has_choice = False
        self._likely: list[Mapping[str, float]] = []
        #: The text so far.
        self.text = ""

    def add(self, answer: Mapping[str, Any]) -> None:
        """Add what the server sent. Raises ``KeyError``, ``TypeError`` and others if it is not what OpenAI's sends."""
        self._tokens = _tokens(answer) or self._tokens
        choices = answer["choices"]
        if not choices:  # the last piece of a stream may hold nothing but the usage
            return
        self._has_choice = True
        choice = choices[0]
        content = (choice["message"] if "message" in choice else choice["delta"]).get("content")
        self.text += "" if content is None else _text(content)
        self._finish = choice.get("finish_reason") or self._finish
        listed = (choice.get("logprobs") or {}).get("content") or []
        self._likely += [{top["token"]: float(top["logprob"]) for top in place["top_logprobs"]} for place in listed]

    def answer(self, chat: Chat) -> Answer:
        """Return the answer. Raises ``IndexError`` if the server sent none."""
        if not self._has_choice:
            raise IndexError
        text = self.text.strip()
        cut = self._finish == "length" or len(text) > self._most
        estimate = len(" ".join([*(content for _, content in chat.messages), text])) // 4 + 1
        return Answer(f"{text[: self._most]}…" if cut else text, self._tokens or estimate, tuple(self._likely))


def _retry_after(headers: Mapping[str, str]) -> float:
    """Return ``Retry-After`` in seconds, from 0 to 30; 0 if it is missing or malformed."""
    value = headers.get("retry-after", "").strip()
    try:
        if value.isdecimal():
            seconds = float(value)
        else:
            seconds = (parsedate_to_datetime(value).astimezone(UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(0.0, seconds), _LONGEST_WAIT)


def _text(value: object) -> str:
    """Return ``value`` as text that a database can store: without lone surrogates, which JSON allows, or zeros."""
    if not isinstance(value, str):
        raise TypeError
    return value.encode(errors="replace").decode().replace("\0", " ")


def _tokens(answer: Mapping[str, Any]) -> int:
    """Return the number of tokens that the answer says were used; 0 if it does not say."""
    usage = answer.get("usage")
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    return total if isinstance(total, int) and 0 < total < 1_000_000 else 0
