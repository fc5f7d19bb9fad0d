"""The server: uvicorn's, with an end that is announced, and told to whoever still waits instead of only cut off."""

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
    """Goes on for ``drain`` seconds after SIGTERM, while ``ending`` tells of it; after a second one it ends at once.

    Calls ``last_call``, where there is one yet, ``grace`` seconds after it has stopped to listen.
    """

    def __init__(self, config: uvicorn.Config, grace: float, drain: float, ending: Drain) -> None:
        super().__init__(config)
        self.last_call: Callable[[], Awaitable[None]] | None = None
        self._grace = grace
        self._drain = drain
        self._ending = ending
        self._drained_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """As uvicorn has it."""
        # Without a last call there is no application yet, and nothing to drain.
        if sig == signal.SIGTERM and self._drain and self.last_call is not None and self._drained_at is None:
            self._ending.begun = True
            self._drained_at = time.monotonic() + self._drain
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """As uvicorn has it."""
        if self._drained_at is not None and time.monotonic() >= self._drained_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn has it."""
        calling = asyncio.create_task(self._call())
        await super().shutdown(sockets)
        calling.cancel()

    async def _call(self) -> None:
        await asyncio.sleep(self._grace)
        if self.last_call is not None:
            await self.last_call()
