"""``standfirst serve``: the service, until it is told to end."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

from standfirst.cli.commands import Commands
from standfirst.errors import StandfirstError
from standfirst.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from standfirst.api.middleware.startup_gate import StartupGate
    from standfirst.api.server import Server
    from standfirst.application.engines import Engines

T = TypeVar("T")

_log = logging.getLogger(__name__)
#: Seconds that requests have to end by themselves when the service is told to; then who still waits is told so.
_GRACE = 5
#: Seconds after which whoever still is not done is cut off.
_CUT = 7
#: Connections that may wait to be taken.
_BACKLOG = 2048


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    serve = commands.add_parser("serve", help="run the service", description="Run the service until SIGTERM.")
    serve.set_defaults(command=_run)


def _run(_: argparse.Namespace, settings: Settings) -> int:
    from standfirst.telemetry import configure_logging, configure_tracing

    if settings.stands_open:
        raise StandfirstError(
            f"Listening on {settings.host} would let anyone use this service: set STANDFIRST_API_KEYS, "
            "or STANDFIRST_ALLOW_OPEN=1 if something before it checks who calls."
        )
    configure_logging(settings.log_level, settings.log_format)
    if settings.traces_endpoint is not None:
        configure_tracing(settings.traces_endpoint)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    return asyncio.run(_served(settings))


async def _served(settings: Settings) -> int:
    import uvicorn

    from standfirst.api.header_timeout import HeaderTimeoutProtocol
    from standfirst.api.middleware.drain import Drain
    from standfirst.api.middleware.startup_gate import StartupGate
    from standfirst.api.server import Server

    listening = _listening(settings)
    starting = StartupGate()
    ending = Drain(starting)
    config = uvicorn.Config(
        ending,
        http=HeaderTimeoutProtocol,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=_CUT,
    )
    server = Server(config, _GRACE, settings.drain_seconds, ending)

    def end(*_: object) -> None:
        server.should_exit = True

    for told_to_end in (signal.SIGTERM, signal.SIGINT):
        # uvicorn listens for these too once it has started; when all is done it raises them anew, for who was before.
        signal.signal(told_to_end, end)
    serving = asyncio.create_task(server.serve([listening]))
    _log.info("listening on %s port %d; loading the models", *listening.getsockname()[:2])
    running = asyncio.create_task(_running(settings, starting, server, serving, listening.getsockname()[1]))
    await asyncio.wait({serving, running}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
    running.cancel()
    [outcome] = await asyncio.gather(running, return_exceptions=True)
    if isinstance(outcome, Exception):
        raise outcome
    return 0


async def _running(
    settings: Settings, starting: StartupGate, server: Server, serving: asyncio.Task[None], port: int
) -> None:
    """Fetch what must be, put the application in its place, and keep it until ``serving`` has ended."""
    engines = await _in_thread(lambda: _opened(settings))
    engines.start()
    # The models are loaded, the writer in a process of its own, while what the application stands on is imported.
    app = await _in_thread(lambda: _application(settings, engines))
    async with app.router.lifespan_context(app):
        starting.app = app
        server.abort = engines.close
        await engines.ready()
        _invite(settings, port)
        await asyncio.shield(serving)


def _opened(settings: Settings) -> Engines:
    """The engines. Fetching their weights can take minutes, verifying them a second."""
    from standfirst.wiring import open_engines

    return open_engines(settings, progress=sys.stderr.isatty())


def _application(settings: Settings, engines: Engines) -> FastAPI:
    """The application. Importing what it stands on takes half a second by itself."""
    from standfirst.api.app import create_app
    from standfirst.wiring import open_services

    return create_app(open_services(settings, engines))


async def _in_thread(work: Callable[[], T]) -> T:
    """What ``work`` gives. The process does not wait for it at its end, as it would for asyncio's own threads."""
    done: Future[T] = Future()

    def run() -> None:
        done.set_running_or_notify_cancel()  # from here on its result can be set, whether or not anyone waits
        try:
            done.set_result(work())
        except Exception as error:
            done.set_exception(error)

    threading.Thread(target=run, name="fetching", daemon=True).start()
    return await asyncio.wrap_future(done)


def _listening(settings: Settings) -> socket.socket:
    """The socket to listen on, taken before anything that takes long. Raises ``StandfirstError``."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise StandfirstError(
            f"Port {settings.port} of {settings.host} cannot be listened on: {error.strerror}. "
            "STANDFIRST_PORT and STANDFIRST_HOST choose another."
        ) from error
    # Connections inherit it. asyncio sets it only on sockets that say that they are TCP, which this one does not, and
    # without it every answer but a connection's first waits 40 ms for the caller's system to acknowledge.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _invite(settings: Settings, port: int) -> None:
    """Print a command that makes a first briefing."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    key = " -H 'Authorization: Bearer YOUR-KEY'" if settings.api_keys else ""
    sample = files("standfirst") / "sample.json"
    print(
        f"Standfirst is ready: open http://{host}:{port} in a browser, or try its API (documented at /docs):\n"
        f"curl -s http://{host}:{port}/v1/briefings{key} -H 'Content-Type: application/json' -d @{sample}",
        flush=True,
    )
