"""A remote writer for tests: its server listens on loopback, and its clock passes only while it sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from standfirst_models.protocols.writer import Prompt
from standfirst_models.remote.endpoint import parse_endpoint
from standfirst_models.remote.server import RemoteServer
from standfirst_models.remote.wire import ChatClient
from standfirst_models.remote.writer import RemoteWriter
from tests.models.remote.chat_server import ChatServer


class Clock:
    """A clock that only ``sleep`` moves. ``slept`` holds the seconds of each sleep."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def prompt(passage: str) -> Prompt:
    return Prompt("Shorten this.", passage, max_new_tokens=7)


def remote_writer(server: ChatServer, clock: Clock, *, timeout_s: float = 20.0, concurrency: int = 8) -> RemoteWriter:
    endpoint = parse_endpoint(server.name)
    client = ChatClient(endpoint, "a-secret", timeout_s=timeout_s)
    remote = RemoteServer(client, endpoint, "a-model", clock=clock, sleep=clock.sleep, jitter=lambda: 0.5)
    return RemoteWriter(remote, concurrency=concurrency)


def with_writer(
    server: ChatServer,
    use: Callable[[RemoteWriter, Clock], Awaitable[None]],
    *,
    timeout_s: float = 20.0,
    concurrency: int = 8,
) -> None:
    """Start ``server`` and a writer that asks it, and call ``use`` once the writer is ready."""

    async def run() -> None:
        clock = Clock()
        writer = remote_writer(server, clock, timeout_s=timeout_s, concurrency=concurrency)
        writer.start()
        try:
            await writer.ready()
            clock.slept.clear()
            await use(writer, clock)
        finally:
            await writer.close()

    with server:
        asyncio.run(asyncio.wait_for(run(), 60))


async def wait_until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.001)
