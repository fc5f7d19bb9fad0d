"""``standfirst mcp``: offers a running service to language models by the Model Context Protocol."""

from __future__ import annotations

import argparse
import asyncio
import socket

from standfirst.cli.arguments import Commands
from standfirst.errors import StandfirstError
from standfirst.settings import Settings

#: Seconds for which the client repeats a request while the service is not ready: a person waits.
_PATIENCE_SECONDS = 10.0
_HOST = "127.0.0.1"


def add_to(commands: Commands) -> None:
    """Add the subcommand to the parser."""
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


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    try:
        import mcp  # noqa: F401 - only to know whether it is installed
    except ModuleNotFoundError:
        raise StandfirstError("This needs the MCP SDK: pip install 'standfirst[mcp]'.") from None
    listener = _listen(arguments.port) if arguments.http else None
    key = settings.key.get_secret_value() if settings.key else None
    asyncio.run(_serve(arguments.service or settings.url, key, listener))
    return 0


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((_HOST, port))
    except (OSError, OverflowError) as error:
        raise StandfirstError(f"Port {port} of {_HOST} cannot be listened on; --port chooses another.") from error


async def _serve(url: str, key: str | None, listener: socket.socket | None) -> None:
    from standfirst.client import AsyncStandfirstClient
    from standfirst.mcp.server import create_server, serve_http

    async with AsyncStandfirstClient(url, key, patience=_PATIENCE_SECONDS) as client:
        server = create_server(client)
        if listener is None:
            await server.run_stdio_async()
        else:
            await serve_http(server, listener)
