"""The server: uvicorn's, with an end that is told to whoever still waits instead of only cutting them off."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import uvicorn


class Server(uvicorn.Server):
    """Calls ``last_call``, where there is one, ``grace`` seconds after it was told to end."""

    def __init__(self, config: uvicorn.Config, grace: float) -> None:
        super().__init__(config)
        self.last_call: Callable[[], Awaitable[None]] | None = None
        self._grace = grace

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn has it."""
        calling = asyncio.create_task(self._call())
        await super().shutdown(sockets)
        calling.cancel()

    async def _call(self) -> None:
        await asyncio.sleep(self._grace)
        if self.last_call is not None:
            await self.last_call()
