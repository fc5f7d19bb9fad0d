"""An OpenAI-compatible server on loopback that follows a script and records its requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

#: ``max_tokens`` of a trial: no other request has so few.
TRIAL = 2


@dataclass(frozen=True)
class Reply:
    """A status and a body. With ``cut`` the connection ends within the body.

    With ``hold`` the reply is held back until that event is set or the client closes the connection.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    hold: Event | None = None


def completion(text: str | None, finish: str = "stop", **more: object) -> Reply:
    message = {"role": "assistant", "content": text}
    answer = {"choices": [{"index": 0, "message": message, "finish_reason": finish}], **more}
    return Reply(json.dumps(answer).encode())


def events(*pieces: str, finish: str = "stop", separator: str = "") -> Reply:
    """Return a streamed answer of these pieces, each followed by ``separator``, as vLLM and Ollama send it."""
    deltas: list[dict[str, str]] = [{"role": "assistant"}, *({"content": f"{piece}{separator}"} for piece in pieces)]
    chunks: list[dict[str, object]] = [{"choices": [{"delta": delta, "finish_reason": None}]} for delta in deltas]
    chunks += [{"choices": [{"delta": {}, "finish_reason": finish}]}, {"choices": []}]
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return Reply("".join([*lines, "data: [DONE]\n\n"]).encode(), headers={"Content-Type": "text/event-stream"})


def passage(body: Mapping[str, Any]) -> str:
    """Return the passage of a request."""
    return str(body["messages"][0]["content"]).partition("\n\n")[2]


def sequence(*replies: Reply) -> Callable[[dict[str, Any]], Reply]:
    """Return a script that gives these replies in turn, and then repeats the last."""
    left = [*replies]
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


class ChatServer:
    """A server that replies to chats with ``answer``, to trials with ``trial``, and lists ``models``."""

    def __init__(
        self,
        answer: Callable[[dict[str, Any]], Reply] = lambda body: completion(passage(body)),
        trial: Callable[[dict[str, Any]], Reply] = lambda _: completion("OK"),
        models: tuple[str, ...] = ("a-model",),
    ) -> None:
        self.answer, self.trial, self.models = answer, trial, models
        #: The bodies of all chats except trials, and the headers of every request.
        self.chats: list[dict[str, Any]] = []
        self.trials = 0
        self.headers: list[Mapping[str, str]] = []
        #: Set when the client has closed a connection that was held back.
        self.hung_up = Event()
        self.port = 0

    def __enter__(self) -> ChatServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def name(self) -> str:
        """The value for ``STANDFIRST_WRITER``."""
        return f"openai:http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        """Listen, on the same port as before."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            # The class speaks HTTP/1.0, with a connection for each request: none outlives ``stop``.
            def log_message(self, *_: object) -> None:
                """Log nothing."""

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
                    server.chats.append(body)
                    self._send(server.answer(body))

            def _send(self, reply: Reply) -> None:
                if reply.hold is not None:
                    self.connection.settimeout(0.01)
                    while not reply.hold.is_set():
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
                    return  # the client has read enough of a huge answer

        self._listening = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._listening.daemon_threads = True
        self.port = self._listening.server_port
        self._thread = Thread(target=self._listening.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening: connections are refused."""
        self._listening.shutdown()
        self._listening.server_close()
        self._thread.join()
