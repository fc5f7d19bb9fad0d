"""Telemetry: logs and traces have the caller's trace, and no text of articles."""

from __future__ import annotations

import gzip
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.process.serving import SAMPLE, serving

pytestmark = pytest.mark.process


def test_no_article_text_is_logged(models_dir: Path, tmp_path: Path) -> None:
    with serving(models_dir, tmp_path, STANDFIRST_LOG_LEVEL="debug") as (process, address):
        httpx2.post(f"{address}/v1/briefings", json=SAMPLE, timeout=120)
        httpx2.post(f"{address}/v1/briefings", json={"text": "😀 Harwick?", "points": 99}, timeout=120)
        process.terminate()
        _, log = process.communicate(timeout=30)
    assert "POST /v1/briefings 200" in log
    assert "Harwick" not in log


class _Collector:
    """An OTLP collector, with the spans that it received, by name."""

    def __enter__(self) -> _Collector:
        self.spans: dict[str, Span] = {}
        self.raw = b""
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                content = gzip.decompress(body) if self.headers["content-encoding"] == "gzip" else body
                collector.raw += content
                for resource in ExportTraceServiceRequest.FromString(content).resource_spans:
                    collector.spans |= {span.name: span for scope in resource.scope_spans for span in scope.spans}
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}/v1/traces"
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def test_the_trace_of_a_caller_reaches_the_collector_and_the_log(models_dir: Path, tmp_path: Path) -> None:
    theirs, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    with _Collector() as collector:
        settings = {"STANDFIRST_TRACES_ENDPOINT": collector.endpoint, "STANDFIRST_LOG_FORMAT": "json"}
        with serving(models_dir, tmp_path, **settings) as (process, address):
            given = {"traceparent": f"00-{theirs}-{parent}-01"}
            httpx2.post(f"{address}/v1/briefings", json={"text": SAMPLE["text"]}, headers=given, timeout=120)
            process.terminate()
            _, log = process.communicate(timeout=30)
    assert set(collector.spans) == {"POST /v1/briefings", "reading", "salience", "drafting", "grounding"}
    assert {span.trace_id.hex() for span in collector.spans.values()} == {theirs}
    request = collector.spans["POST /v1/briefings"]
    assert request.parent_span_id.hex() == parent
    assert collector.spans["drafting"].parent_span_id == request.span_id
    assert collector.spans["grounding"].parent_span_id == collector.spans["drafting"].span_id
    assert b"Harwick" not in collector.raw
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["trace_id"] for line in lines if "POST /v1/briefings" in line["message"]] == [theirs]
