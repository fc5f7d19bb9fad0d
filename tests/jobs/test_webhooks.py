"""Webhooks: signed, repeated until they are delivered, and never sent into a private network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.api.scripted_service import STORY, ended_job, service

pytestmark = pytest.mark.process


class _Listener:
    """A server that receives webhooks, and answers the first ``refusals`` with ``status``."""

    def __init__(self, refusals: int, status: int = 500) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                listener.received.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(status if len(listener.received) <= refusals else 204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]

    def __enter__(self) -> _Listener:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait_for(self, number: int) -> None:
        deadline = time.monotonic() + 20
        while len(self.received) < number and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.received) >= number


@pytest.mark.parametrize("status", [500, 302])
def test_a_webhook_is_signed_and_repeated_until_it_is_delivered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr("standfirst.jobs.webhooks._PAUSES", (0.1, 0.1))
    with _Listener(refusals=1, status=status) as listener:
        port = str(listener.port)
        with service(tmp_path, webhook_secret="s3cret", fetch_networks="127.0.0.0/8", fetch_ports=port) as client:
            hook = f"http://127.0.0.1:{port}/webhook"
            job = client.post("/v1/jobs", json={"items": [{"text": STORY}], "webhook": hook}).json()["id"]
            listener.wait_for(2)
            time.sleep(1.5)
    assert len(listener.received) == 2, "it was sent again after it had been delivered"
    for headers, body in listener.received:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.new(b"s3cret", signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
    event = json.loads(listener.received[0][1])
    assert (event["type"], event["job"]["id"], event["job"]["counts"]["done"]) == ("job.ended", job, 1)


def test_a_webhook_that_is_never_accepted_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standfirst.jobs.webhooks._PAUSES", (0.1,))
    with _Listener(refusals=9) as listener:
        port = str(listener.port)
        with service(tmp_path, webhook_secret="s3cret", fetch_networks="127.0.0.0/8", fetch_ports=port) as client:
            client.post("/v1/jobs", json={"items": [{"text": ""}], "webhook": f"http://127.0.0.1:{port}/"})
            listener.wait_for(2)
            time.sleep(2.5)
    assert len(listener.received) == 2


def test_a_digest_has_a_webhook_as_a_job_has(tmp_path: Path) -> None:
    with _Listener(refusals=0) as listener:
        port = str(listener.port)
        with service(tmp_path, webhook_secret="s3cret", fetch_networks="127.0.0.0/8", fetch_ports=port) as client:
            hook = f"http://127.0.0.1:{port}/webhook"
            digest = client.post("/v1/digests", json={"items": [{"text": STORY}], "webhook": hook}).json()["id"]
            listener.wait_for(1)
            event = json.loads(listener.received[0][1])
            assert (event["type"], event["job"]["id"], event["job"]["state"]) == ("digest.ended", digest, "done")
            assert client.get(f"/v1/digests/{digest}/result").status_code == 200


def test_an_address_that_does_not_answer_delays_no_other(tmp_path: Path) -> None:
    with _Listener(refusals=0) as listener, socket.create_server(("127.0.0.1", 0)) as silent:
        port, other = listener.port, silent.getsockname()[1]
        settings: dict[str, Any] = {
            "fetch_networks": "127.0.0.0/8",
            "fetch_ports": f"{port},{other}",
            "fetch_timeout": 60,
        }
        with service(tmp_path, webhook_secret="s3cret", **settings) as client:
            silent.settimeout(20)
            client.post("/v1/jobs", json={"items": [{"text": ""}], "webhook": f"http://127.0.0.1:{other}/"})
            connection, _ = silent.accept()
            client.post("/v1/jobs", json={"items": [{"text": ""}], "webhook": f"http://127.0.0.1:{port}/"})
            listener.wait_for(1)
            connection.close()


def test_no_webhook_is_sent_to_a_private_address(tmp_path: Path) -> None:
    with _Listener(refusals=0) as listener:
        with service(tmp_path, webhook_secret="s3cret", fetch_ports=str(listener.port)) as client:
            hook = f"http://127.0.0.1:{listener.port}/webhook"
            job = client.post("/v1/jobs", json={"items": [{"text": STORY}], "webhook": hook}).json()["id"]
            ended_job(client, job)
            time.sleep(1.5)
    assert listener.received == []
