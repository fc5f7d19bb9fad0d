"""The server: uvicorn's, with a graceful end."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from types import FrameType

import uvicorn

from standfirst.api.middleware.drain import Drain


class Server(uvicorn.Server):
    """Serves ``drain_seconds`` longer after SIGTERM, while ``drain`` tells load balancers; a second SIGTERM ends that.

    ``grace`` seconds after it stops listening, it awaits ``abort``, which must end the requests that are still waiting.
    ``abort`` is None while there is no application.
    """

    def __init__(self, config: uvicorn.Config, grace: float, drain_seconds: float, drain: Drain) -> None:
        super().__init__(config)
        self.abort: Callable[[], Awaitable[None]] | None = None
        self._grace = grace
        self._drain_seconds = drain_seconds
        self._drain = drain
        self._drained_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain, or stop if there is nothing to drain."""
        if sig == signal.SIGTERM and self._drain_seconds and self.abort is not None and self._drained_at is None:
            self._drain.begun = True
            self._drained_at = time.monotonic() + self._drain_seconds
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Stop when the drain is over."""
        if self._drained_at is not None and time.monotonic() >= self._drained_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, wait for requests, and abort those that take longer than the grace period."""
        aborting = asyncio.create_task(self._abort_late())
        await super().shutdown(sockets)
        aborting.cancel()

    async def _abort_late(self) -> None:
        await asyncio.sleep(self._grace)
        if self.abort is not None:
            await self.abort()
