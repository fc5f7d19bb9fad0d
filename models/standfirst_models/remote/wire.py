"""The wire: one request to an OpenAI-compatible server, and its answer or error.

A prompt is sent as a chat of one message; the server applies its model's chat template. Nothing is retried or
remembered here (see ``server``).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from standfirst_models.errors import InferenceFailed, ModelError, NotReady, PromptTooLong
from standfirst_models.protocols.writer import Prompt

#: Seconds that a whole answer may take, and a connection. A server that runs one request after the other makes the last
#: of many wait for all of them.
_TIMEOUT, _CONNECT_TIMEOUT = 120.0, 5.0
#: The largest answer in bytes.
_MOST_BYTES = 100_000
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
class Answer:
    """A text, and how many tokens it and its prompt have; an estimate if the server does not say."""

    text: str
    tokens: int


class ChatClient:
    """A client of the API at ``base``, for one event loop. ``key`` is sent as a bearer token."""

    def __init__(self, base: str, key: str | None, *, timeout_s: float = _TIMEOUT) -> None:
        """Raises ``ModelError`` if a header cannot carry ``key``."""
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Standfirst"}
        if key is not None:
            if not (key.isascii() and key.isprintable() and key.strip()):
                raise ModelError("The writer's key holds characters that a key cannot have.")
            headers["Authorization"] = f"Bearer {key.strip()}"
        self._base = base
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
        """Return the ids of the server's models. Raises as ``write`` does."""
        answer = await self._request("GET", "models", None)
        try:
            return [_text(model["id"]) for model in answer["data"]]
        except (KeyError, TypeError):
            raise InferenceFailed("The writer's server does not say which models it has as OpenAI's does.") from None

    async def write(self, model: str, prompt: Prompt) -> Answer:
        """Return the answer of ``model`` to ``prompt``, decoded greedily. A text that is cut off closes with "…".

        Raises ``ServerBusy``, ``ServerUnavailable``, ``ServerTimeout``, ``ConnectionLost`` and ``RequestRefused``;
        ``PromptTooLong`` if the server does not accept this prompt; ``InferenceFailed`` if it fails on the prompt or
        its answer is malformed.
        """
        request = {
            "model": model,
            "messages": [{"role": "user", "content": f"{prompt.instruction}\n\n{prompt.passage}"}],
            "max_tokens": prompt.max_new_tokens,
            "temperature": 0,
            "seed": 0,
            "stream": False,
        }
        answer = await self._request("POST", "chat/completions", request)
        try:
            choice = answer["choices"][0]
            content = choice["message"]["content"]
            text = "" if content is None else _text(content).strip()
            most = _CHARACTERS * prompt.max_new_tokens
            cut = choice.get("finish_reason") == "length" or len(text) > most
        except (KeyError, IndexError, TypeError, AttributeError):
            raise InferenceFailed("What the writer's server answered is not what OpenAI's answers.") from None
        estimate = len(f"{prompt.instruction} {prompt.passage} {text}") // 4 + 1
        return Answer(f"{text[:most]}…" if cut else text, _tokens(answer) or estimate)

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def _request(self, method: str, path: str, body: Mapping[str, object] | None) -> Any:
        """Send one request and return the JSON object of its answer."""
        try:
            async with asyncio.timeout(self._timeout_s):
                async with self._client.stream(method, f"{self._base}/{path}", json=body) as response:
                    _raise_for_status(response)
                    content = await _content(response)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            why = ": its certificate could not be verified" if "CERTIFICATE" in str(error).upper() else ""
            raise ServerUnavailable(f"The writer's server cannot be connected to{why}.", 0) from None
        except (TimeoutError, httpx2.TimeoutException):
            raise ServerTimeout(f"The writer's server did not answer within {self._timeout_s:g} s.", 0) from None
        except httpx2.HTTPError:
            raise ConnectionLost("The connection to the writer's server broke.") from None
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise InferenceFailed("What the writer's server answered is not JSON, or no object.")
        return answer


def _raise_for_status(response: httpx2.Response) -> None:
    """Raise the error that a status other than 200 means. The body is not read: it may repeat what was sent."""
    status = response.status_code
    if status == httpx2.codes.OK:
        return
    if status == httpx2.codes.TOO_MANY_REQUESTS:
        raise ServerBusy("The writer's server has too much to do.", _retry_after(response.headers))
    if status in _UNAVAILABLE:
        message = f"The writer's server is not serving: it answers {status}."
        raise ServerUnavailable(message, _retry_after(response.headers))
    if status in _NOT_ACCEPTED:
        raise PromptTooLong(f"The writer's server does not take this passage: it answers {status}.")
    if status >= httpx2.codes.INTERNAL_SERVER_ERROR:
        raise InferenceFailed(f"The writer's server failed on this request: it answers {status}.")
    why = {
        401: "STANDFIRST_WRITER_KEY is missing or wrong",
        403: "the key may not be used for this model",
        404: "it has no such model, or the address does not end as it should, in /v1",
    }.get(status, "the address may not be that of a server that speaks as OpenAI's does")
    raise RequestRefused(f"The writer's server answers {status}: {why}.")


async def _content(response: httpx2.Response) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > _MOST_BYTES:
            raise InferenceFailed(f"The writer's server answered with more than {_MOST_BYTES} bytes.")
    return bytes(content)


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
