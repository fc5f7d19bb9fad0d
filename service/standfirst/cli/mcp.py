"""``standfirst mcp``: the tools for language models, over standard input and output or over HTTP on loopback."""

from __future__ import annotations

import argparse
import asyncio
import socket
import sys
from typing import TYPE_CHECKING

from standfirst.cli.commands import Commands
from standfirst.errors import StandfirstError
from standfirst.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

#: Seconds that a tool is tried for: who uses it waits.
_PATIENCE = 10.0
_HOST = "127.0.0.1"


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    mcp = commands.add_parser(
        "mcp",
        help="offer a running service to language models",
        description="Offer a running service to language models by the Model Context Protocol (MCP).",
    )
    mcp.add_argument("--service", metavar="URL", help="the service's address (STANDFIRST_URL)")
    mcp.add_argument(
        "--http", action="store_true", help="over streamable HTTP on loopback, not standard input and output"
    )
    mcp.add_argument("--port", type=int, default=8001, metavar="N", help="port for --http, 0 takes a free one (8001)")
    mcp.set_defaults(command=_run)


def _run(asked: argparse.Namespace, settings: Settings) -> int:
    try:
        import mcp  # noqa: F401 - only to know that it is there
    except ModuleNotFoundError:
        raise StandfirstError("This needs the MCP SDK: pip install 'standfirst[mcp]'.") from None
    listening = _listening(asked.port) if asked.http else None
    asyncio.run(
        _served(asked.service or settings.url, settings.key.get_secret_value() if settings.key else None, listening)
    )
    return 0


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((_HOST, port))
    except (OSError, OverflowError) as error:
        raise StandfirstError(f"Port {port} of {_HOST} cannot be listened on; --port chooses another.") from error


async def _served(url: str, key: str | None, listening: socket.socket | None) -> None:
    from standfirst.client import AsyncStandfirstClient
    from standfirst.mcp.server import tool_server

    async with AsyncStandfirstClient(url, key, patience=_PATIENCE) as client:
        server = tool_server(client)
        if listening is None:
            await server.run_stdio_async()
        else:
            # No tool remembers anything between two calls.
            await _over_http(server.streamable_http_app(stateless_http=True, host=_HOST), listening)


async def _over_http(app: ASGIApp, listening: socket.socket) -> None:
    import uvicorn

    print(f"MCP on http://{_HOST}:{listening.getsockname()[1]}/mcp", file=sys.stderr, flush=True)
    config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=2)
    await uvicorn.Server(config).serve([listening])
