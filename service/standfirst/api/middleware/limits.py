"""Limits: how large a body may be, who may ask, and how often.

Pure ASGI layers. The body is taken in before the route runs: so its size is known, and whatever the connection
says later is that the caller has gone.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import Counter
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standfirst.api.problems import problem_of
from standfirst.application.keys import ANYONE, Caller, KeyRing
from standfirst.errors import QuotaExceeded, StoreFailed, TooLarge, TooSlow, Unauthorized
from standfirst.store.rates import WINDOW, Rate, RateStore

_log = logging.getLogger(__name__)

#: Seconds that a body has to come in: a caller that dawdles holds a connection.
BODY_SECONDS = 60.0

#: Seconds for which rates are not held after their store did not answer: to wait for it once is enough.
_STORE_PAUSE = 5.0

#: What lies under this asks for a key; health and documentation do not.
_GUARDED = "/v1/"


class BodyLimit:
    """Refuses a body of more than ``max_bytes`` without reading it to its end; ``others`` are paths' own limits."""

    def __init__(self, app: ASGIApp, max_bytes: int, others: Mapping[str, int]) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._others.get(scope["path"], self._max_bytes)
        declared = Headers(scope=scope).get("content-length", "")
        size = int(declared) if declared.isdecimal() else 0
        chunks: list[bytes] = []
        more = size <= most
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return
                    chunks.append(message.get("body", b""))
                    size = max(size, sum(map(len, chunks)))
                    more = message.get("more_body", False) and size <= most
        except TimeoutError:
            late = TooSlow(f"The body did not come within {BODY_SECONDS:g} seconds.")
            await problem_of(late)(scope, receive, send)
            return
        if size > most:
            error = TooLarge(f"The body has more than the {most} bytes that this service takes.")
            await problem_of(error)(scope, receive, send)
            return
        pending: list[Message] = [{"type": "http.request", "body": b"".join(chunks), "more_body": False}]

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        await self._app(scope, replay, send)


class Keys:
    """Asks for a key of ``ring``, as ``Authorization: Bearer`` or ``X-API-Key``, and holds its limits.

    Where a key may ask so many times a minute, every answer says so: ``RateLimit`` and ``RateLimit-Policy`` as in
    draft-ietf-httpapi-ratelimit-headers. Requests a minute are counted in ``rates``, for all replicas together, and
    pass uncounted where that does not answer; those at once are counted here.
    """

    def __init__(self, app: ASGIApp, ring: KeyRing, rates: RateStore) -> None:
        self._app = app
        self._ring = ring
        self._rates = rates
        self._counting_from = 0.0
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        if scope["type"] != "http" or not scope["path"].startswith(_GUARDED) or self._ring.is_open:
            await self._app(scope, receive, send)
            return
        caller = self._ring.find(_key(Headers(scope=scope)))
        if caller is None:
            error = Unauthorized("This service asks for a key: send it as 'Authorization: Bearer KEY' or 'X-API-Key'.")
            await problem_of(error)(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        if caller.requests_at_once is not None and self._open[caller.name] >= caller.requests_at_once:
            many = QuotaExceeded(f"This key may have {caller.requests_at_once} requests open at a time.", 1)
            await problem_of(many)(scope, receive, send)
            return
        self._open[caller.name] += 1
        try:
            await self._within_rate(caller, scope, receive, send)
        finally:
            self._open[caller.name] -= 1

    async def _within_rate(self, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        if caller.requests_per_minute is None:
            await self._app(scope, receive, send)
            return
        most = caller.requests_per_minute
        rate = await self._rate(caller.name, most)
        if rate is None:
            await self._app(scope, receive, send)
            return
        wait = max(1, math.ceil(rate.renewed_in))

        async def send_limits(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["RateLimit-Policy"] = f'"minute";q={most};w={WINDOW:g}'
                headers["RateLimit"] = f'"minute";r={rate.left};t={wait}'
            await send(message)

        if rate.allowed:
            await self._app(scope, receive, send_limits)
        else:
            late = QuotaExceeded(f"This key may ask {most} times a minute.", wait)
            await problem_of(late)(scope, receive, send_limits)

    async def _rate(self, caller: str, most: int) -> Rate | None:
        """The caller's rate with this request; None where it cannot be told: that must not end what needs no store."""
        if time.monotonic() < self._counting_from:
            return None
        try:
            return await asyncio.to_thread(self._rates.take, caller, most)
        except StoreFailed as error:
            self._counting_from = time.monotonic() + _STORE_PAUSE
            _log.warning("requests a minute are not counted for %g seconds: %s", _STORE_PAUSE, error)
            return None


def caller_of(request: HTTPConnection) -> Caller:
    """Who asks: found by ``Keys``, or anyone where no key is asked for."""
    caller: Caller = request.scope.get("state", {}).get("caller", ANYONE)
    return caller


def _key(headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")
