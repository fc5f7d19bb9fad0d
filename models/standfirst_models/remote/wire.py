"""The chat server: one request on the wire of any server that speaks as OpenAI's does (vLLM, llama.cpp, Ollama …).

A prompt goes out as a chat of one message, which the server puts into its model's own format; what comes back is
text, or an error of the tree in ``errors``. Asks once and remembers nothing: asking again is ``remote``'s.
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

from standfirst_models.errors import InferenceFailed, ModelError, NotReady, PromptTooLong, UnknownModel
from standfirst_models.protocols.writer import Prompt

#: What a writer's name begins with that is such a server's.
SCHEME = "openai:"

#: Seconds that an answer may take in all, and connecting. A server that writes one text after the other makes the last
#: of many wait for all of them.
_TIMEOUT, _CONNECT_TIMEOUT = 120.0, 5.0
#: Bytes that an answer may have, a draft and what is told of it; and characters of a text for each token that it may
#: have: of a server that does not heed ``max_tokens``, what goes beyond is not looked at.
_MOST_BYTES, _CHARACTERS = 100_000, 32
#: Seconds that a server may ask for before it is asked again.
_LONGEST_WAIT = 30.0
#: A request that cannot be taken as it is: bad, too large, not to be processed.
_NOT_TAKEN = frozenset({400, 413, 422})
#: Who answers so is there, or what stands before it is, and does not work now.
_AWAY = frozenset({408, 502, 503, 504})


class Busy(NotReady):
    """The server asks to come later: it has too much to do."""


class Away(NotReady):
    """The server cannot be connected to, or is not serving."""


class TooSlow(NotReady):
    """The server has taken the request and did not answer in time."""


class ConnectionBroken(InferenceFailed):
    """The connection ended before the answer had come."""


class Refused(ModelError):
    """The server will answer no request like this one: it knows not the key, the model or the address."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server is, without a slash at the end, and the model that is asked of it, where one was named."""

    base: str
    model: str | None

    @property
    def origin(self) -> str:
        """The server without the path, which may hold what is nobody's business."""
        url = httpx2.URL(self.base)
        return f"{url.scheme}://{url.netloc.decode('ascii')}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A text, and how many tokens it and its prompt were, near enough where the server does not say."""

    text: str
    tokens: int


def place_of(name: str) -> Place:
    """What ``openai:http://HOST:PORT/v1#MODEL`` names. Raises ``UnknownModel``, without the address in its words."""
    try:
        url = httpx2.URL(name.removeprefix(SCHEME).strip())
    except (httpx2.InvalidURL, UnicodeError):
        raise UnknownModel("The writer's address cannot be read: write openai:http://HOST:PORT/v1#MODEL.") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise UnknownModel("The writer's address is not http:// or https://: write openai:http://HOST:PORT/v1#MODEL.")
    if url.userinfo or url.query:
        raise UnknownModel("The writer's address may hold no user, password or query: a key is STANDFIRST_WRITER_KEY.")
    return Place(str(url.copy_with(fragment=None)).rstrip("/"), name.partition("#")[2].strip() or None)


class ChatServer:
    """The server at ``base``. For one event loop, until ``close``. ``key`` is sent as a bearer's."""

    def __init__(self, base: str, key: str | None, *, timeout_s: float = _TIMEOUT) -> None:
        """Raises ``ModelError`` where the key cannot be sent."""
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
            # Who calls says how many there may be at a time.
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=32),
        )

    async def models(self) -> list[str]:
        """The ids of the server's models. Raises as ``write`` does."""
        told = await self._asked("GET", "models", None)
        try:
            return [_text(model["id"]) for model in told["data"]]
        except (KeyError, TypeError):
            raise InferenceFailed("The writer's server does not say which models it has as OpenAI's does.") from None

    async def write(self, model: str, prompt: Prompt) -> Answer:
        """The answer of ``model`` to ``prompt``, greedily; one that is cut off closes with "…".

        Raises ``Busy``, ``Away``, ``TooSlow``, ``ConnectionBroken`` and ``Refused``; ``PromptTooLong`` where the server
        does not take this prompt, and ``InferenceFailed`` where it failed on it or what came is not an answer.
        """
        asked = {
            "model": model,
            "messages": [{"role": "user", "content": f"{prompt.instruction}\n\n{prompt.passage}"}],
            "max_tokens": prompt.max_new_tokens,
            "temperature": 0,
            "seed": 0,
            "stream": False,
        }
        told = await self._asked("POST", "chat/completions", asked)
        try:
            choice = told["choices"][0]
            content = choice["message"]["content"]
            text = "" if content is None else _text(content).strip()
            most = _CHARACTERS * prompt.max_new_tokens
            cut = choice.get("finish_reason") == "length" or len(text) > most
        except (KeyError, IndexError, TypeError, AttributeError):
            raise InferenceFailed("What the writer's server answered is not what OpenAI's answers.") from None
        said = f"{prompt.instruction} {prompt.passage} {text}"
        return Answer(f"{text[:most]}…" if cut else text, _tokens(told) or len(said) // 4 + 1)

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def _asked(self, method: str, path: str, body: Mapping[str, object] | None) -> Any:
        """What the server answers to one request, as JSON; an object."""
        try:
            async with asyncio.timeout(self._timeout_s):
                async with self._client.stream(method, f"{self._base}/{path}", json=body) as response:
                    _check(response)
                    content = await _body(response)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            why = ": its certificate could not be verified" if "CERTIFICATE" in str(error).upper() else ""
            raise Away(f"The writer's server cannot be connected to{why}.", 0) from None
        except (TimeoutError, httpx2.TimeoutException):
            raise TooSlow(f"The writer's server did not answer within {self._timeout_s:g} seconds.", 0) from None
        except httpx2.HTTPError:
            raise ConnectionBroken("The connection to the writer's server broke.") from None
        try:
            told = json.loads(content)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise InferenceFailed("What the writer's server answered is not JSON, or no object.")
        return told


def _check(response: httpx2.Response) -> None:
    """Raise what a status other than 200 says. What else the server said may hold what was sent: it is not read."""
    status = response.status_code
    if status == httpx2.codes.OK:
        return
    if status == httpx2.codes.TOO_MANY_REQUESTS:
        raise Busy("The writer's server has too much to do.", _wait(response.headers))
    if status in _AWAY:
        raise Away(f"The writer's server is not serving: it answers {status}.", _wait(response.headers))
    if status in _NOT_TAKEN:
        raise PromptTooLong(f"The writer's server does not take this passage: it answers {status}.")
    if status >= httpx2.codes.INTERNAL_SERVER_ERROR:
        raise InferenceFailed(f"The writer's server failed on this request: it answers {status}.")
    why = {
        401: "STANDFIRST_WRITER_KEY is missing or wrong",
        403: "the key may not be used for this model",
        404: "it has no such model, or the address does not end as it should, in /v1",
    }.get(status, "the address may not be that of a server that speaks as OpenAI's does")
    raise Refused(f"The writer's server answers {status}: {why}.")


async def _body(response: httpx2.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise InferenceFailed(f"The writer's server answered with more than {_MOST_BYTES} bytes.")
    return bytes(body)


def _wait(headers: Mapping[str, str]) -> float:
    """The seconds that ``Retry-After`` asks for, within bounds; 0 where it asks for nothing that can be read."""
    said = headers.get("retry-after", "").strip()
    try:
        seconds = float(said) if said.isdecimal() else _until(parsedate_to_datetime(said))
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(0.0, seconds), _LONGEST_WAIT)


def _until(when: datetime) -> float:
    return (when.astimezone(UTC) - datetime.now(UTC)).total_seconds()


def _text(value: object) -> str:
    """``value`` as text that can be kept: without halves of characters, which JSON may hold, or zeros."""
    if not isinstance(value, str):
        raise TypeError
    return value.encode(errors="replace").decode().replace("\0", " ")


def _tokens(told: Mapping[str, Any]) -> int:
    """The tokens that an answer says were used; 0 where it says nothing of it."""
    usage = told.get("usage")
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    return total if isinstance(total, int) and 0 < total < 1_000_000 else 0
