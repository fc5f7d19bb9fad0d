"""The service with scripted models, on a real socket."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import uvicorn

from standfirst.api.app import create_app
from standfirst.api.header_timeout import HeaderTimeoutProtocol
from standfirst.api.middleware.drain import Drain
from standfirst.api.middleware.lingering_close import LingeringClose
from standfirst.api.server import Server
from standfirst.services import open_services
from standfirst.settings import Settings
from tests.application.scripted_engines import scripted_engines
from tests.models.scripted import ScriptedWriter


class running:  # noqa: N801 - used as a context manager
    """The service with that writer on a real socket; gives its port, a free one unless it is reply."""

    def __init__(self, data_dir: Path, writer: ScriptedWriter, *, port: int = 0, **settings: Any) -> None:
        engines = scripted_engines(writer)
        ending = Drain(create_app(open_services(Settings(data_dir=data_dir, **settings), engines)))
        config = uvicorn.Config(
            LingeringClose(ending),
            http=HeaderTimeoutProtocol,
            port=port,
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        self._server = Server(config, 0.2, 0, ending)
        self._server.abort = engines.close
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> int:
        self._thread.start()
        while not self._server.started:
            pass
        port: int = self._server.servers[0].sockets[0].getsockname()[1]
        while True:
            with suppress(HTTPError), urlopen(f"http://127.0.0.1:{port}/readyz"):
                return port

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


def raw_request(port: int, body: dict[str, Any]) -> bytes:
    """Return a request for a briefing as the bytes of HTTP/1.1."""
    content = json.dumps(body).encode()
    head = (
        f"POST /v1/briefings HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
