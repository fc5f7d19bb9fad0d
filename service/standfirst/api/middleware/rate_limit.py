"""The rate limit of a caller: requests a minute, and requests at once."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import Counter

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standfirst.api.middleware.authentication import caller_of
from standfirst.api.problems import error_response
from standfirst.application.keys import Caller
from standfirst.errors import QuotaExceeded, StoreFailed
from standfirst.store.rates import WINDOW, Rate, RateStore

_log = logging.getLogger(__name__)

#: Seconds without counting after the store failed, so that not every request waits for it.
_STORE_PAUSE = 5.0


class RateLimit:
    """Middleware that enforces the limits of an authenticated caller.

    Requests a minute are counted in ``rates``, for all replicas together, and every answer states what is left in
    ``RateLimit`` and ``RateLimit-Policy`` (draft-ietf-httpapi-ratelimit-headers). They are not limited while the store
    fails. Requests at once are counted in this process.
    """

    def __init__(self, app: ASGIApp, rates: RateStore) -> None:
        self._app = app
        self._rates = rates
        self._paused_until = 0.0
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if the caller is within its limits."""
        caller = caller_of(scope)
        if caller.requests_at_once is not None and self._open[caller.name] >= caller.requests_at_once:
            error = QuotaExceeded(f"This key's limit of requests at a time is {caller.requests_at_once}.", 1)
            await error_response(error)(scope, receive, send)
            return
        self._open[caller.name] += 1
        try:
            await self._within_rate(caller, scope, receive, send)
        finally:
            self._open[caller.name] -= 1

    async def _within_rate(self, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        limit = caller.requests_per_minute
        rate = None if limit is None else await self._count(caller.name, limit)
        if limit is None or rate is None:
            await self._app(scope, receive, send)
            return
        wait = max(1, math.ceil(rate.renewed_in))

        async def send_with_rate(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["RateLimit-Policy"] = f'"minute";q={limit};w={WINDOW:g}'
                headers["RateLimit"] = f'"minute";r={rate.left};t={wait}'
            await send(message)

        if rate.allowed:
            await self._app(scope, receive, send_with_rate)
        else:
            error = QuotaExceeded(f"This key's limit of requests a minute is {limit}.", wait)
            await error_response(error)(scope, receive, send_with_rate)

    async def _count(self, caller: str, limit: int) -> Rate | None:
        """Count this request and return the caller's rate; None if the store fails."""
        if time.monotonic() < self._paused_until:
            return None
        try:
            return await asyncio.to_thread(self._rates.take, caller, limit)
        except StoreFailed as error:
            self._paused_until = time.monotonic() + _STORE_PAUSE
            _log.warning("requests a minute are not counted for %g seconds: %s", _STORE_PAUSE, error)
            return None
