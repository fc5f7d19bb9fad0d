"""The protocol: HTTP/1.1 as uvicorn speaks it, and an end to connections on which no request comes.

uvicorn waits for the head of a request for as long as the caller likes, and each connection takes a file descriptor,
of which there are not many. How long a body may take is in ``limits``.
"""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds that the head of a request has to come in, from the connection's first moment or the head's first byte.
HEAD_SECONDS = 20.0


class Protocol(H11Protocol):
    """Closes the connection when a head does not come in time."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """As asyncio has it."""
        super().connection_made(transport)
        self._late = self.loop.call_later(HEAD_SECONDS, transport.close)

    def data_received(self, data: bytes) -> None:
        """As asyncio has it."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._be_patient()
        elif self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """As asyncio has it."""
        self._be_patient()
        super().connection_lost(exc)

    def _be_patient(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
