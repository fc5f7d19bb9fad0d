"""Tests of both clients against a running service with scripted models."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, aclosing
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from defusedxml import ElementTree

from standfirst.client import (
    ArticleInfo,
    AsyncStandfirstClient,
    Briefing,
    BriefingRequest,
    ClientError,
    Digest,
    DigestItem,
    PlacedSentence,
    ServiceError,
    StandfirstClient,
    Unreachable,
)
from tests.api.running_service import running
from tests.api.scripted_service import STORY, EndlessWriter, HeldWriter
from tests.models.scripted import ScriptedWriter

TOLL = "A ferry sank in Lake Marlow on Monday, killing {}. The lake police searched the water until the evening."
SUMMARY = "The work will cost £2.4m. The council will sell the bridge."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("data"), ScriptedWriter()) as port:
        yield f"http://127.0.0.1:{port}"


def without_timing(briefing: Briefing) -> tuple[Any, ...]:
    return briefing.id, briefing.headline, briefing.standfirst, briefing.points, briefing.article, briefing.model


def test_a_briefing_has_the_fields_of_the_answer(address: str) -> None:
    with StandfirstClient(address) as client:
        briefing = client.brief(text=STORY, title="Bridge to close", points=2, max_words=80)
        assert without_timing(client.find(briefing.id)) == without_timing(briefing)
    answer = httpx2.get(f"{address}/v1/briefings/{briefing.id}").json()
    assert briefing.headline is not None
    assert briefing.headline.text == answer["headline"]["text"]
    assert [s.text for s in briefing.points] == [s["text"] for s in answer["points"]]
    assert len(briefing.points) == 2
    for sentence in (*briefing.standfirst, *briefing.points):
        assert all(STORY[source.start : source.end] == source.text for source in sentence.sources)


def test_a_summary_is_verified(address: str) -> None:
    with StandfirstClient(address) as client:
        verification = client.verify(SUMMARY, text=STORY)
    assert [sentence.text for sentence in verification.sentences] == SUMMARY.replace(". The", ".|The").split("|")
    assert verification.article.sentences == 6
    assert 0 <= verification.support <= 1
    counts = verification.counts
    assert counts.backed + counts.not_backed + counts.undecided == len(verification.sentences)


def test_a_stream_yields_the_article_its_sentences_and_the_briefing(address: str) -> None:
    with StandfirstClient(address) as client:
        request: BriefingRequest = {"text": STORY, "title": "Harwick council to close Old Mill bridge", "points": 3}
        article, *sentences, whole = client.stream(**request)
        assert without_timing(client.brief(**request)) == without_timing(whole)  # type: ignore[arg-type]
    assert isinstance(article, ArticleInfo)
    assert isinstance(whole, Briefing)
    assert {one.place for one in sentences if isinstance(one, PlacedSentence)} == {"headline", "standfirst", "point"}


def test_both_clients_return_the_same(address: str) -> None:
    async def results_of_the_asynchronous_client() -> tuple[Any, ...]:
        async with AsyncStandfirstClient(address) as client:
            briefing = await client.brief(text=STORY)
            steps = [step async for step in client.stream(text=STORY)]
            job = await client.wait((await client.submit([{"text": STORY}, {"text": " "}])).id)
            results = [result async for result in client.results(job.id)]
            verification = await client.verify(SUMMARY, text=STORY)
            assert await client.job(job.id) == job == await client.cancel(job.id)
            assert without_timing(await client.find(briefing.id)) == without_timing(briefing)
            return briefing, steps, job, results, verification

    briefing, steps, job, results, verification = asyncio.run(results_of_the_asynchronous_client())
    with StandfirstClient(address) as client:
        assert without_timing(client.brief(text=STORY)) == without_timing(briefing)
        assert [type(step) for step in client.stream(text=STORY)] == [type(step) for step in steps]
        assert client.job(job.id) == job
        assert client.verify(SUMMARY, text=STORY) == verification
        assert [result.index for result in client.results(job.id)] == [result.index for result in results] == [0, 1]


def test_a_job_is_submitted_awaited_and_its_results_are_read(address: str) -> None:
    items: list[Any] = [{"text": STORY, "points": 1}, {"text": " "}, {"text": STORY, "points": 2}]
    with StandfirstClient(address) as client:
        job = client.submit(items, idempotency_key="monday")
        assert client.submit(items, idempotency_key="monday").id == job.id
        ended = client.wait(job.id)
        first, wrong, last = client.results(job.id)
    assert (ended.state, ended.items, ended.counts.done, ended.counts.failed, ended.progress) == ("done", 3, 2, 1, 1.0)
    assert ended.ended_at is not None
    assert first.briefing is not None
    assert last.briefing is not None
    assert (len(first.briefing.points), len(last.briefing.points)) == (1, 2)
    assert wrong.error is not None
    assert (wrong.index, wrong.error.code, wrong.error.status) == (1, "empty_source", 422)


def test_a_job_can_be_cancelled(tmp_path: Path) -> None:
    writer = HeldWriter()
    with running(tmp_path, writer) as port, StandfirstClient(f"http://127.0.0.1:{port}") as client:
        job = client.submit([{"text": STORY}] * 3)
        assert client.cancel(job.id).state == "cancelled"
        assert client.wait(job.id).counts.cancelled == 3
        writer.go_on.set()


def test_a_digest_is_submitted_awaited_and_read(address: str) -> None:
    with StandfirstClient(address) as client:
        briefing = client.brief(text=STORY, points=1)
        items: list[DigestItem] = [
            {"briefing": briefing.id},
            {"text": TOLL.format("14 people"), "title": "Ferry sinks"},
            {"text": TOLL.format("17 people") + " " + STORY[:60] + "."},
            {"text": " "},
        ]
        job = client.submit_digest(items, points=1, max_words=60, idempotency_key="tuesday")
        assert client.submit_digest(items, points=1, max_words=60, idempotency_key="tuesday").id == job.id
        digest = client.digest(job.id)
        assert client.digest_job(job.id).state == client.cancel_digest(job.id).state == "done"
        with pytest.raises(ServiceError) as unknown:
            client.digest("0" * 32)
    assert unknown.value.code == "not_found"
    answer = httpx2.get(f"{address}/v1/digests/{job.id}/result").json()
    assert json.loads(json.dumps(asdict(digest))) == answer
    assert {frozenset(story.articles) for story in digest.stories} == {frozenset({0}), frozenset({1, 2})}
    assert [failed.code for failed in digest.failed] == ["empty_source"]


def test_both_clients_return_the_same_digest(address: str) -> None:
    async def digest_of_the_asynchronous_client() -> tuple[str, Digest]:
        async with AsyncStandfirstClient(address) as client:
            job = await client.submit_digest([{"text": STORY}])
            return job.id, await client.digest(job.id)

    digest_id, digest = asyncio.run(digest_of_the_asynchronous_client())
    with StandfirstClient(address) as client:
        assert client.digest(digest_id) == digest


def test_a_digest_that_is_cancelled_has_no_result(tmp_path: Path) -> None:
    writer = HeldWriter()
    with running(tmp_path, writer) as port, StandfirstClient(f"http://127.0.0.1:{port}") as client:
        job = client.submit_digest([{"text": STORY}] * 2)
        assert client.cancel_digest(job.id).counts.cancelled == 3
        with pytest.raises(ServiceError) as cancelled:
            client.digest(job.id)
        writer.go_on.set()
    assert cancelled.value.code == "cancelled"


class PublisherHandler(BaseHTTPRequestHandler):
    """A publisher whose every address is the feed of one story."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.end_headers()
        item = "<item><title>Bridge to close</title><guid>bridge</guid><description>From Monday.</description></item>"
        self.wfile.write(f"<rss version='2.0'><channel><title>Harwick</title>{item}</channel></rss>".encode())

    def log_message(self, *_: object) -> None:
        pass


def test_a_feed_is_an_atom_document_and_both_clients_return_it(tmp_path: Path) -> None:
    async def read(service: str, feed: str) -> bytes:
        async with AsyncStandfirstClient(service) as client:
            return await client.feed(feed)

    with HTTPServer(("127.0.0.1", 0), PublisherHandler) as publisher:
        threading.Thread(target=publisher.serve_forever).start()
        feed = f"http://127.0.0.1:{publisher.server_port}/news?page=1&sort=new"
        ports = str(publisher.server_port)
        with running(tmp_path, ScriptedWriter(), fetch_networks="127.0.0.0/8", fetch_ports=ports) as port:
            with StandfirstClient(f"http://127.0.0.1:{port}") as client:
                document = client.feed(feed)
                with pytest.raises(ServiceError) as forbidden:
                    client.feed("http://169.254.169.254/")
            again = asyncio.run(read(f"http://127.0.0.1:{port}", feed))
        publisher.shutdown()
    for content in (document, again):
        titles = ElementTree.fromstring(content).findall(".//{http://www.w3.org/2005/Atom}entry/{*}title")
        assert [title.text for title in titles] == ["Bridge to close"]
    assert forbidden.value.code == "fetch_forbidden"


def test_an_error_has_the_fields_of_the_problem(address: str) -> None:
    with StandfirstClient(address) as client:
        for request in (lambda: client.brief(text=" "), lambda: list(client.stream(text=" "))):
            with pytest.raises(ServiceError, match="white space") as empty:
                request()
            assert (empty.value.code, empty.value.status) == ("empty_source", 422)
            assert empty.value.retry_after is None
            assert empty.value.request_id
        for method in (client.find, client.job, client.wait, lambda job: list(client.results(job))):
            with pytest.raises(ServiceError) as missing:
                method("0" * 32)
            assert missing.value.code == "not_found"


def test_an_error_in_a_stream_is_raised_after_the_events_before_it(tmp_path: Path) -> None:
    def fail(_: Any) -> str:
        raise RuntimeError

    with running(tmp_path, ScriptedWriter(fail)) as port, StandfirstClient(f"http://127.0.0.1:{port}") as client:
        stream = client.stream(text=STORY)
        assert isinstance(next(stream), ArticleInfo)
        with pytest.raises(ServiceError) as failed:
            list(stream)
    assert (failed.value.code, failed.value.status) == ("inference_failed", 500)


@pytest.mark.process
def test_closing_a_stream_stops_the_writer(tmp_path: Path) -> None:
    writer = EndlessWriter()

    async def leave_early(port: int) -> None:
        async with AsyncStandfirstClient(f"http://127.0.0.1:{port}") as client:
            async with aclosing(client.stream(text=STORY)) as stream:
                await anext(stream)
                assert await asyncio.to_thread(writer.begun.wait, 10)

    with running(tmp_path, writer) as port:
        with StandfirstClient(f"http://127.0.0.1:{port}") as client:
            stream = client.stream(text=STORY)
            next(stream)
            assert writer.begun.wait(10)
            stream.close()
            assert writer.stopped.wait(5)
        writer.begun.clear()
        writer.stopped.clear()
        asyncio.run(leave_early(port))
        assert writer.stopped.wait(5)


@pytest.mark.parametrize("client", ["blocking", "asynchronous"])
def test_a_refused_request_is_retried_after_the_time_that_the_service_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: str
) -> None:
    monkeypatch.setenv("STANDFIRST_QUEUE_SIZE", "1")
    writer, slept = HeldWriter(), list[float]()
    other = STORY.replace("Harwick", "Marlow")
    with running(tmp_path, writer) as port, StandfirstClient(f"http://127.0.0.1:{port}") as blocking:
        first = threading.Thread(target=lambda: blocking.brief(text=STORY))
        first.start()
        assert writer.writing.wait(10)

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            writer.go_on.set()
            first.join()

        async def sleep_async(seconds: float) -> None:
            await asyncio.to_thread(sleep, seconds)

        async def brief_async() -> Briefing:
            async with AsyncStandfirstClient(f"http://127.0.0.1:{port}") as asynchronous:
                return await asynchronous.brief(text=other)

        monkeypatch.setattr("standfirst.client.blocking.sleep", sleep)
        monkeypatch.setattr("standfirst.client.asynchronous.sleep", sleep_async)
        briefing = blocking.brief(text=other) if client == "blocking" else asyncio.run(brief_async())
    assert briefing.points
    assert len(slept) == 1
    assert slept[0] >= 1


def test_a_retry_after_the_deadline_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = tmp_path / "keys.toml"
    digest = hashlib.sha256(b"secret").hexdigest()
    keys.write_text(f'[[key]]\nname = "reader"\nsha256 = "{digest}"\narticles_per_day = 1\n')
    monkeypatch.setenv("STANDFIRST_API_KEYS_FILE", str(keys))
    with running(tmp_path, ScriptedWriter()) as port:
        with StandfirstClient(f"http://127.0.0.1:{port}", "secret", patience=0.1) as client:
            client.brief(text=STORY)
            with pytest.raises(ServiceError) as spent:
                client.brief(text=STORY)
        with StandfirstClient(f"http://127.0.0.1:{port}") as nobody, pytest.raises(ServiceError) as refused:
            nobody.brief(text=STORY)
    assert (spent.value.code, spent.value.status) == ("quota_exceeded", 429)
    assert spent.value.retry_after is not None
    assert spent.value.retry_after > 0.1
    assert refused.value.code == "unauthorized"


@pytest.mark.parametrize("streams", [False, True])
def test_a_service_that_does_not_listen_yet_is_retried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, streams: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with StandfirstClient(address, patience=0) as client, pytest.raises(Unreachable, match=str(port)):
        client.brief(text=STORY)
    with ExitStack() as stack:
        client = stack.enter_context(StandfirstClient(address))

        def start(_: float) -> None:
            stack.enter_context(running(tmp_path, ScriptedWriter(), port=port))

        monkeypatch.setattr("standfirst.client.blocking.sleep", start)
        last = [*client.stream(text=STORY)][-1] if streams else client.brief(text=STORY)
        assert isinstance(last, Briefing)


def test_another_server_is_reported_as_not_this_service(address: str) -> None:
    with StandfirstClient(f"{address}/healthz?") as client, pytest.raises(ClientError, match="not this service"):
        client.find("0" * 32)


@pytest.mark.process
def test_importing_the_client_loads_neither_models_nor_a_server() -> None:
    heavy = "{'torch', 'transformers', 'fastapi', 'starlette', 'numpy', 'sqlalchemy', 'standfirst_models'}"
    code = f"import sys, standfirst.client; print({heavy} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
