"""The service as it is run: a process of its own, real sockets, the embedded models."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import psutil
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from standfirst.reading.text import read_text

pytestmark = pytest.mark.process

_SAMPLE = json.loads((Path(__file__).parents[1] / "service/standfirst/sample.json").read_text())


@contextmanager
def serving(models_dir: Path, data_dir: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running service and its address, once it says that it is ready; offline, on a free port."""
    environment = {
        **os.environ,
        "STANDFIRST_MODELS_DIR": str(models_dir),
        "STANDFIRST_DATA_DIR": str(data_dir),
        "STANDFIRST_PORT": "0",
        "STANDFIRST_OFFLINE": "1",
        **settings,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", "from standfirst.cli import run; run()", "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        ready = process.stdout.readline()
        found = re.search(r"http://\S+?:\d+", ready)
        assert found, process.stderr.read() if process.stderr else ""
        yield process, found.group()
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def address(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(models_dir, tmp_path_factory.mktemp("data")) as (_, found):
        yield found


@pytest.fixture
def client(address: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=address, timeout=120) as opened:
        yield opened


def check(client: httpx2.Client, briefing: dict[str, Any]) -> list[str]:
    """Hold a briefing against its own article; its sentences, the headline first."""
    text = client.get(f"/v1/briefings/{briefing['id']}/article").json()["text"]
    headline = [briefing["headline"]] if briefing["headline"] else []
    sentences = [*headline, *briefing["standfirst"], *briefing["points"]]
    for sentence in sentences:
        assert sentence["problems"] is None
        for source in sentence["sources"]:
            assert text[source["start"] : source["end"]] == source["text"]
        numbers = re.findall(r"\d[\d.,]*\d|\d", sentence["text"])
        assert all(number in text or number in (briefing["article"]["title"] or "") for number in numbers)
    shown = [str(sentence["text"]) for sentence in sentences]
    assert len(set(shown[len(headline) :])) == len(shown[len(headline) :])
    return shown


def test_the_sample_article_becomes_a_briefing_that_holds(client: httpx2.Client) -> None:
    briefing = client.post("/v1/briefings", json=_SAMPLE).json()
    shown = check(client, briefing)
    assert shown[0] == _SAMPLE["title"]
    assert len(shown) == 5
    assert briefing["model"]["writer"] == "standfirst-135m"
    starts = [s["sources"][0]["start"] for s in briefing["standfirst"] + briefing["points"]]
    assert starts == sorted(starts), "in the article's order"


def test_ten_pages_become_briefings_of_their_stories(client: httpx2.Client, pages: Path) -> None:
    found = sorted(pages.glob("*.html"))
    assert len(found) == 10
    for page in found:
        expected = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
        html = page.read_bytes().decode(expected.get("charset", "utf-8"))
        response = client.post("/v1/briefings", json={"html": html})
        assert response.status_code == 200, (page.name, response.text)
        shown = check(client, response.json())
        assert len(shown) >= 3, page.name
        for line in expected["not_story"]:
            assert not any(line in sentence for sentence in shown), (page.name, line)


@pytest.mark.parametrize(
    "text",
    [
        "Bridge",
        "The bridge is closed.",
        "أعلن المجلس يوم الثلاثاء إغلاق الجسر لمدة تسعة أشهر. ستكلف الأعمال مليوني جنيه. وقال المهندس إن الجسر قديم.",
        "市議会は火曜日に橋を閉鎖することを決めた。工事は九か月かかる。費用は二百万ポンドだ。",
        "a" * 20_000,
        "no full stop " * 500,
    ],
    ids=["one word", "one sentence", "right to left", "no spaces", "one long word", "no full stop"],
)
def test_odd_texts_come_back_as_themselves_or_as_a_clear_refusal(client: httpx2.Client, text: str) -> None:
    response = client.post("/v1/briefings", json={"text": text})
    if response.status_code == 200:
        assert check(client, response.json())
    else:
        assert (response.status_code, response.json()["code"]) == (422, "invalid_request")
        assert "max_words" in response.json()["detail"]


def test_a_book_is_read_to_its_end(client: httpx2.Client) -> None:
    sentences = [f"In year {i} the council of Harwick repaired bridge number {i} over the river." for i in range(1800)]
    briefing = client.post("/v1/briefings", json={"text": " ".join(sentences)}).json()
    check(client, briefing)
    assert briefing["coverage"]["sentences_read"] == 1800
    assert briefing["coverage"]["truncated"] is False


def test_callers_at_the_same_time_each_get_their_own(client: httpx2.Client) -> None:
    def ask(number: int) -> list[str]:
        text = _SAMPLE["text"].replace("Harwick", f"Harwick{number}")
        response = client.post("/v1/briefings", json={"text": text, "title": f"Harwick{number} bridge to close"})
        assert response.status_code == 200, response.text
        return check(client, response.json())

    with ThreadPoolExecutor(6) as pool:
        for number, shown in enumerate(pool.map(ask, range(6))):
            assert shown[0] == f"Harwick{number} bridge to close"
            assert any(f"Harwick{number} " in sentence for sentence in shown)


def test_a_caller_that_hangs_up_leaves_the_service_as_it_was(client: httpx2.Client, address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    body = json.dumps({"text": _SAMPLE["text"] + " Nobody waits for this."}).encode()
    head = "POST /v1/briefings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    for sent in (head.encode() + body, head.encode() + body[:50], head.encode()[:40]):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(sent)
    assert client.post("/v1/briefings", json=_SAMPLE).status_code == 200
    assert client.get("/readyz").status_code == 200


def test_sigterm_ends_it_cleanly(models_dir: Path, tmp_path: Path) -> None:
    with serving(models_dir, tmp_path) as (process, address):
        assert httpx2.get(f"{address}/healthz").status_code == 200
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
        assert process.returncode == 0, log
        assert "Traceback" not in log


def test_sigterm_while_a_model_writes_ends_it_cleanly_too(models_dir: Path, tmp_path: Path) -> None:
    with serving(models_dir, tmp_path) as (process, address), ThreadPoolExecutor(1) as pool:
        asked = pool.submit(httpx2.post, f"{address}/v1/briefings", json=_SAMPLE, timeout=60)
        while 'standfirst_queue{model="standfirst-135m"} 1.0' not in httpx2.get(f"{address}/metrics").text:
            assert not asked.done()
        # As whoever ends a whole group of processes does.
        for one in (*psutil.Process(process.pid).children(), process):
            one.terminate()
        _, log = process.communicate(timeout=60)
        assert asked.result().status_code in {200, 503}
    assert process.returncode == 0
    assert "Traceback" not in log
    assert "terminate called" not in log


def test_sigterm_while_the_models_load_ends_it_cleanly_too(models_dir: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "STANDFIRST_MODELS_DIR": str(models_dir), "STANDFIRST_DATA_DIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-c", "from standfirst.cli import run; run()", "serve"],
        env=environment | {"STANDFIRST_PORT": "0"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert any("loading the models" in line for line in process.stderr)
    process.terminate()
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in log


def test_it_says_that_it_lives_while_its_weights_are_still_fetched(tmp_path: Path) -> None:
    # Nothing is in the cache, and pip is given an index that takes its time.
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        index = f"http://127.0.0.1:{silent.getsockname()[1]}/simple"
        process = subprocess.Popen(
            [sys.executable, "-c", "from standfirst.cli import run; run()", "serve"],
            env={
                **os.environ,
                "STANDFIRST_MODELS_DIR": str(tmp_path / "models"),
                "STANDFIRST_DATA_DIR": str(tmp_path),
                "STANDFIRST_PORT": str(port),
                "PIP_INDEX_URL": index,
                "PIP_CONFIG_FILE": os.devnull,
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        assert any("loading the models" in line for line in process.stderr)
        assert httpx2.get(f"http://127.0.0.1:{port}/healthz").json() == {"status": "ok"}
        early = httpx2.post(f"http://127.0.0.1:{port}/v1/briefings", json=_SAMPLE)
        assert (early.status_code, early.json()["code"]) == (503, "not_ready")
        assert early.headers["retry-after"]
        process.terminate()
        _, log = process.communicate(timeout=30)
        assert process.returncode == 0
        assert "Traceback" not in log


def test_a_port_that_is_taken_is_told_in_one_line(models_dir: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        settings = {"STANDFIRST_MODELS_DIR": str(models_dir), "STANDFIRST_DATA_DIR": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", "from standfirst.cli import run; run()", "serve"],
            env={**os.environ, **settings, "STANDFIRST_PORT": port},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert port in done.stderr


def test_after_a_kill_every_item_of_a_job_ends_once(models_dir: Path, tmp_path: Path) -> None:
    texts = [_SAMPLE["text"].replace("Harwick", name) for name in ("Marlow", "Henley", "Bourne", "Ripley")]
    with serving(models_dir, tmp_path) as (process, address):
        made = httpx2.post(f"{address}/v1/jobs", json={"items": [{"text": text} for text in texts]}, timeout=60)
        assert made.status_code == 202
        while httpx2.get(f"{address}{made.headers['location']}").json()["counts"]["running"] == 0:
            pass
        process.kill()
        process.wait()
    with serving(models_dir, tmp_path) as (_, address):
        deadline = time.monotonic() + 120
        job = httpx2.get(f"{address}{made.headers['location']}").json()
        while not job["ended_at"] and time.monotonic() < deadline:
            time.sleep(0.5)
            job = httpx2.get(f"{address}{made.headers['location']}").json()
        assert job["item_states"] == ["done"] * 4
        lines = httpx2.get(f"{address}{made.headers['location']}/results").text.splitlines()
    assert [json.loads(line)["index"] for line in lines] == [0, 1, 2, 3]


def test_after_a_kill_it_starts_again_with_what_it_kept(models_dir: Path, tmp_path: Path) -> None:
    with serving(models_dir, tmp_path) as (process, address):
        made = httpx2.post(f"{address}/v1/briefings", json=_SAMPLE, timeout=120).json()
        process.kill()
        process.wait()
    with serving(models_dir, tmp_path) as (_, address):
        again = httpx2.post(f"{address}/v1/briefings", json=_SAMPLE, timeout=120).json()
    assert again["cached"]
    assert again["points"] == made["points"]


def test_the_article_is_not_in_the_log(models_dir: Path, tmp_path: Path) -> None:
    with serving(models_dir, tmp_path, STANDFIRST_LOG_LEVEL="debug") as (process, address):
        httpx2.post(f"{address}/v1/briefings", json=_SAMPLE, timeout=120)
        httpx2.post(f"{address}/v1/briefings", json={"text": "😀 Harwick?", "points": 99}, timeout=120)
        process.terminate()
        _, log = process.communicate(timeout=30)
    assert "POST /v1/briefings 200" in log
    assert "Harwick" not in log


class _Collector:
    """An OTLP collector: the spans that came, by name."""

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


def test_the_trace_of_a_caller_goes_on_to_the_collector_and_into_the_log(models_dir: Path, tmp_path: Path) -> None:
    theirs, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    with _Collector() as collector:
        settings = {"STANDFIRST_TRACES_ENDPOINT": collector.endpoint, "STANDFIRST_LOG_FORMAT": "json"}
        with serving(models_dir, tmp_path, **settings) as (process, address):
            given = {"traceparent": f"00-{theirs}-{parent}-01"}
            httpx2.post(f"{address}/v1/briefings", json=_SAMPLE, headers=given, timeout=120)
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


def test_the_sample_reads_as_it_is_written() -> None:
    article = read_text(_SAMPLE["text"])
    assert "".join(article.text[s.start : s.end] for s in article.sentences).replace(" ", "") == re.sub(
        r"\s", "", _SAMPLE["text"]
    )
