"""``standfirst serve``: runs the service until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

from standfirst.cli.arguments import Commands
from standfirst.errors import StandfirstError
from standfirst.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from standfirst.api.middleware.startup_gate import StartupGate
    from standfirst.api.server import Server
    from standfirst.application.engines import Engines

T = TypeVar("T")

_log = logging.getLogger(__name__)

#: Seconds that running requests have to end when the service stops. Then the engines stop, and the rest get an error.
_GRACE_SECONDS = 5
#: Seconds after which the connections that are left are closed.
_CLOSE_SECONDS = 7
#: Connections that may wait to be accepted.
_BACKLOG = 2048


def add_to(commands: Commands) -> None:
    """Add the subcommand to the parser."""
    serve = commands.add_parser("serve", help="run the service", description="Run the service until SIGTERM.")
    serve.set_defaults(command=_run)


def _run(_: argparse.Namespace, settings: Settings) -> int:
    from standfirst.telemetry import configure

    if settings.is_exposed:
        raise StandfirstError(
            f"Listening on {settings.host} would let anyone use this service: set STANDFIRST_API_KEYS, "
            "or STANDFIRST_ALLOW_OPEN=1 if something before it checks who calls."
        )
    configure(settings)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    gc.disable()  # until it is ready: an import makes no garbage, and looking for it takes a sixth of the time
    return asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> int:
    """Answer requests at once, and serve the application behind them when it is loaded."""
    listener = _listen(settings)
    # It starts to load the models while this thread imports what serves.
    opening = _in_thread(lambda: _open_engines(settings))

    import uvicorn

    from standfirst.api.header_timeout import HeaderTimeoutProtocol
    from standfirst.api.middleware.drain import Drain
    from standfirst.api.middleware.lingering_close import LingeringClose
    from standfirst.api.middleware.startup_gate import StartupGate
    from standfirst.api.server import Server

    gate = StartupGate()
    drain = Drain(gate)
    config = uvicorn.Config(
        LingeringClose(drain),
        http=HeaderTimeoutProtocol,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=_CLOSE_SECONDS,
    )
    server = Server(config, _GRACE_SECONDS, settings.drain_seconds, drain)

    def stop(*_: object) -> None:
        server.should_exit = True

    for signal_number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn installs handlers of its own when it has started. At its end it raises the signal for these again.
        signal.signal(signal_number, stop)
    serving = asyncio.create_task(server.serve([listener]))
    _log.info("listening on %s port %d; loading the models", *listener.getsockname()[:2])
    application = asyncio.create_task(_run_application(settings, opening, gate, server, serving, listener))
    await asyncio.wait({serving, application}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
    application.cancel()
    [outcome] = await asyncio.gather(application, return_exceptions=True)
    if isinstance(outcome, Exception):
        raise outcome
    return 0


async def _run_application(
    settings: Settings,
    opening: asyncio.Future[Engines],
    gate: StartupGate,
    server: Server,
    serving: asyncio.Task[None],
    listener: socket.socket,
) -> None:
    """Open the engines and the application, put it behind the gate, and run it until ``serving`` has ended."""
    engines = await opening
    engines.start()
    # The models load, the writer in a process of its own, while the application's modules are imported.
    app = await _in_thread(lambda: _create_app(settings, engines))
    async with app.router.lifespan_context(app):
        gate.app = app
        server.abort = engines.close
        await engines.ready()
        gc.enable()
        _print_invitation(settings, listener.getsockname()[1])
        await asyncio.shield(serving)


def _open_engines(settings: Settings) -> Engines:
    """Return the engines. Fetching their weights may take minutes, verifying them takes a second."""
    from standfirst.wiring import open_engines

    return open_engines(settings, progress=sys.stderr.isatty(), start=True)


def _create_app(settings: Settings, engines: Engines) -> FastAPI:
    """Return the application. Importing it takes half a second."""
    from standfirst.api.app import create_app
    from standfirst.services import open_services

    return create_app(open_services(settings, engines))


def _in_thread(work: Callable[[], T]) -> asyncio.Future[T]:
    """Start ``work`` in a thread, for which the process does not wait at its end, unlike for asyncio's threads."""
    future: Future[T] = Future()

    def run() -> None:
        future.set_running_or_notify_cancel()  # the result can be set from now on, even if nobody waits for it
        try:
            future.set_result(work())
        except Exception as error:
            future.set_exception(error)

    threading.Thread(target=run, name="startup", daemon=True).start()
    return asyncio.wrap_future(future)


def _listen(settings: Settings) -> socket.socket:
    """Return the listening socket, before anything that takes long. Raises ``StandfirstError``."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise StandfirstError(
            f"Port {settings.port} of {settings.host} cannot be listened on: {error.strerror}. "
            "STANDFIRST_PORT and STANDFIRST_HOST choose another."
        ) from error
    # Connections inherit this option. asyncio sets it only on sockets whose protocol number is TCP, and this one's is
    # 0. Without it every response but the first of a connection waits 40 ms for an acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _print_invitation(settings: Settings, port: int) -> None:
    """Print a command that makes a first briefing."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    key = " -H 'Authorization: Bearer YOUR-KEY'" if settings.api_keys else ""
    sample = files("standfirst") / "sample.json"
    print(
        f"Standfirst is ready: open http://{host}:{port} in a browser, or try its API (documented at /docs):\n"
        f"curl -s http://{host}:{port}/v1/briefings{key} -H 'Content-Type: application/json' -d @{sample}",
        flush=True,
    )
