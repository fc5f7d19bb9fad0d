"""A server on loopback that speaks as OpenAI's does, as far as a script says, and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

#: ``max_tokens`` of a trial, by which it is told from a draft.
TRIAL = 2


@dataclass(frozen=True)
class Reply:
    """A status and a body; or the connection is cut, or held until the other side closes it or ``until`` is set."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    until: Event | None = None


def said(text: str | None, finish: str = "stop", **more: object) -> Reply:
    message = {"role": "assistant", "content": text}
    told = {"choices": [{"index": 0, "message": message, "finish_reason": finish}], **more}
    return Reply(json.dumps(told).encode())


def passage(body: Mapping[str, Any]) -> str:
    """The passage of what was asked."""
    return str(body["messages"][0]["content"]).partition("\n\n")[2]


class ChatServer:
    """Answers a chat by ``answer``, a trial by "OK" unless ``trial`` says otherwise, and names its ``models``."""

    def __init__(
        self,
        answer: Callable[[dict[str, Any]], Reply] = lambda body: said(passage(body)),
        trial: Callable[[dict[str, Any]], Reply] = lambda _: said("OK"),
        models: tuple[str, ...] = ("a-model",),
    ) -> None:
        self.answer, self.trial, self.models = answer, trial, models
        #: What was asked in chats, trials left out, and the headers of every request.
        self.asked: list[dict[str, Any]] = []
        self.trials = 0
        self.headers: list[Mapping[str, str]] = []
        #: Set when the other side has closed a connection that was held.
        self.hung_up = Event()
        self.port = 0

    def __enter__(self) -> ChatServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def name(self) -> str:
        """What ``STANDFIRST_WRITER`` is set to."""
        return f"openai:http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        """Listen, where it listened before."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            # HTTP/1.0: a connection for each request, so that none outlives ``stop``.
            def log_message(self, *_: object) -> None:
                """Not on standard error."""

            def do_GET(self) -> None:
                server.headers.append(dict(self.headers))
                listed = {"object": "list", "data": [{"id": name} for name in server.models]}
                self._send(Reply(json.dumps(listed).encode(), 200 if self.path == "/v1/models" else 404))

            def do_POST(self) -> None:
                server.headers.append(dict(self.headers))
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path != "/v1/chat/completions":
                    self._send(Reply(status=404))
                elif body["max_tokens"] == TRIAL:
                    server.trials += 1
                    self._send(server.trial(body))
                else:
                    server.asked.append(body)
                    self._send(server.answer(body))

            def _send(self, reply: Reply) -> None:
                if reply.until is not None:
                    self.connection.settimeout(0.01)
                    while not reply.until.is_set():
                        try:
                            if not self.connection.recv(1):
                                server.hung_up.set()
                                return
                        except TimeoutError:
                            continue
                        except ConnectionError:
                            server.hung_up.set()
                            return
                    self.connection.settimeout(None)
                if reply.cut:
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
                    return
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(reply.body)
                except ConnectionError:
                    return  # who has read enough of a huge answer is gone

        self._listening = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._listening.daemon_threads = True
        self.port = self._listening.server_port
        self._thread = Thread(target=self._listening.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Listen no more: whoever connects is refused."""
        self._listening.shutdown()
        self._listening.server_close()
        self._thread.join()
