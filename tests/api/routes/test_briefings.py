"""The routes of briefings, with scripted models."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from starlette.testclient import TestClient

from standfirst_models.protocols.writer import Prompt
from tests.api.scripted_service import STORY, problem, service
from tests.models.scripted import ScriptedEncoder, ScriptedWriter


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service(tmp_path_factory.mktemp("data")) as running:
        yield running


def test_every_sentence_has_the_passages_that_back_it(client: TestClient) -> None:
    briefing = client.post("/v1/briefings", json={"text": STORY, "title": "Old Mill bridge"}).json()
    text = client.get(f"/v1/briefings/{briefing['id']}/article").json()["text"]
    assert text == STORY
    sentences = [briefing["headline"], *briefing["standfirst"], *briefing["points"]]
    assert len(sentences) == 5
    for sentence in sentences:
        assert sentence["sources"]
        for source in sentence["sources"]:
            assert text[source["start"] : source["end"]] == source["text"]
    used = {source["start"] for sentence in sentences for source in sentence["sources"]}
    coverage = {"sentences_read": 6, "sentences_used": len(used), "truncated": False, "complete": True}
    assert briefing["coverage"] == coverage
    assert briefing["article"]["sentences"] == 6
    assert briefing["model"]["writer"] == "scripted"


def test_an_article_in_another_language_is_quoted_without_drafts(tmp_path: Path) -> None:
    writer = ScriptedWriter()
    reply = (
        "Der Rat der Stadt hat am Dienstag {} beschlossen, die alte Brücke über den Fluss bis zum März zu schließen."
    )
    text = " ".join(
        reply.format(f"mit {votes} Stimmen") for votes in ("neun", "zehn", "elf", "zwölf", "dreizehn", "allen")
    )
    with service(tmp_path, writer) as client:
        briefing = client.post("/v1/briefings", json={"text": text}).json()
    assert briefing["article"]["language"] == "de"
    assert {sentence["origin"] for sentence in briefing["standfirst"] + briefing["points"]} <= {"quoted", "shortened"}
    assert writer.history == []


def test_a_draft_that_the_article_does_not_back_is_never_shown(tmp_path: Path) -> None:
    writer = ScriptedWriter(lambda _: "Harwick council voted 15 to 2 to sell the Old Mill bridge to Leeds.")
    with service(tmp_path, writer) as client:
        briefing = client.post("/v1/briefings", json={"text": STORY, "title": "Bridge to close"}).json()
        assert {sentence["origin"] for sentence in briefing["points"]} <= {"quoted", "shortened"}
        assert "Leeds" not in str(briefing)

        dropped = client.post(
            "/v1/briefings", json={"text": STORY, "title": "Bridge to close", "on_unsupported": "drop"}
        ).json()
        assert "Leeds" not in str(dropped)

        flagged = client.post(
            "/v1/briefings", json={"text": STORY, "title": "Bridge to close", "on_unsupported": "flag"}
        )
        problems = [p for s in flagged.json()["standfirst"] + flagged.json()["points"] for p in s["problems"] or []]
        assert any("15" in p for p in problems)
        assert any("Leeds" in p for p in problems)
        as_markdown = client.post(
            "/v1/briefings",
            json={"text": STORY, "title": "Bridge to close", "on_unsupported": "flag"},
            headers={"Accept": "text/markdown"},
        ).text
        assert "not backed" in as_markdown


def test_a_draft_that_the_article_backs_is_shown_as_written(tmp_path: Path) -> None:
    def shorten(prompt: Prompt) -> str:
        return prompt.passage.replace(" to all traffic", "")

    with service(tmp_path, ScriptedWriter(shorten)) as client:
        briefing = client.post("/v1/briefings", json={"text": STORY, "title": "Bridge to close"}).json()
    written = [s for s in briefing["standfirst"] + briefing["points"] if s["origin"] == "written"]
    shorter = "Harwick council voted 14 to 3 on Tuesday to close the Old Mill bridge for nine months."
    assert shorter in [s["text"] for s in written]
    assert all(s["support"] >= 0.85 for s in written)


def briefed(tmp_path: Path, said: str, draft: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a briefing of a story with ``said``, for which the writer drafts ``draft``, and the refused drafts."""
    writer = ScriptedWriter(lambda prompt: draft if said in prompt.passage else "No.")
    with service(tmp_path, writer) as client:
        given = {"text": f"{said} {STORY} Yes.", "max_words": 300, "points": 6}
        briefing = client.post("/v1/briefings", json=given).json()
        return briefing, client.get(f"/v1/briefings/{briefing['id']}/refused").json()["refused"]


def test_a_quoted_statement_keeps_its_speaker(tmp_path: Path) -> None:
    said = (
        "“The council has no money left for any bridge in the county this year, which will come as no surprise to "
        "those who have been here for some time and know how these things go,” said Tom Pryce."
    )
    bare = "The council has no money left for any bridge in the county this year."
    briefing, _ = briefed(tmp_path, said, bare)
    [written] = [one for one in briefing["standfirst"] + briefing["points"] if one["origin"] == "written"]
    assert written["text"] == "The council has no money left for any bridge in the county this year, said Tom Pryce."
    assert [source["text"] for source in written["sources"]] == [said]


def test_a_statement_in_the_first_person_is_not_shown_without_its_speaker(tmp_path: Path) -> None:
    said = "“The council has no money left for our bridge and for our ferry this year,” said Tom Pryce."
    bare = "The council has no money left for our bridge."
    briefing, refused = briefed(tmp_path, said, bare)
    assert said in [one["text"] for one in briefing["standfirst"] + briefing["points"]]
    assert {"text": bare, "problems": ["the article says who says so: “said Tom Pryce”"]} in refused


def test_a_repeated_request_returns_the_cached_briefing(client: TestClient) -> None:
    article = {"text": f"{STORY} The vote was the last of the year."}
    first = client.post("/v1/briefings", json=article).json()
    again = client.post("/v1/briefings", json=article).json()
    by_id = client.get(f"/v1/briefings/{first['id']}").json()
    assert (first["cached"], again["cached"], by_id["cached"]) == (False, True, True)
    for one in (first, again, by_id):
        del one["cached"], one["timing_ms"]
    assert first == again == by_id


def test_stored_briefings_survive_a_restart(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        made = client.post("/v1/briefings", json={"text": STORY}).json()
    with service(tmp_path) as client:
        assert client.get(f"/v1/briefings/{made['id']}").json()["headline"] == made["headline"]
        assert client.post("/v1/briefings", json={"text": STORY}).json()["cached"]


@pytest.mark.parametrize("changed", [{"points": 2}, {"max_words": 60}, {"on_unsupported": "drop"}, {"title": "Other"}])
def test_other_options_make_another_briefing(client: TestClient, changed: dict[str, Any]) -> None:
    first = client.post("/v1/briefings", json={"text": STORY}).json()
    other = client.post("/v1/briefings", json={"text": STORY, **changed}).json()
    assert other["id"] != first["id"]
    assert not other["cached"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html, */*;q=0.1", "text/html; charset=utf-8"),
        ("image/png, */*;q=0.1", "application/json"),
        ("text/markdown", "text/markdown; charset=utf-8"),
        ("text/plain, application/json;q=0.5", "text/plain; charset=utf-8"),
        ("text/*", "text/markdown; charset=utf-8"),
        ("application/json;q=0, */*", "text/markdown; charset=utf-8"),
    ],
)
def test_the_accept_header_decides_the_media_type(client: TestClient, accept: str, media_type: str) -> None:
    response = client.post("/v1/briefings", json={"text": STORY}, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"] == media_type


def test_a_media_type_that_briefings_do_not_have_is_refused(client: TestClient) -> None:
    response = client.post("/v1/briefings", json={"text": STORY}, headers={"Accept": "image/png"})
    assert "text/markdown" in problem(response, 406, "not_acceptable")


def test_markup_in_an_article_is_escaped_in_markdown(client: TestClient) -> None:
    text = "The <script>alert(1)</script> of Harwick* council was [closed] on Tuesday."
    shown = client.post("/v1/briefings", json={"text": text}, headers={"Accept": "text/markdown"}).text
    assert r"\<script\>" in shown
    assert r"Harwick\*" in shown
    assert r"\[closed\]" in shown


def test_an_article_with_too_few_sentences_is_quoted_whole(client: TestClient) -> None:
    briefing = client.post("/v1/briefings", json={"text": "The bridge is closed. Buses go round it."}).json()
    shown = [s["text"] for s in briefing["standfirst"] + briefing["points"]]
    assert shown == ["The bridge is closed.", "Buses go round it."]
    assert {s["origin"] for s in briefing["standfirst"] + briefing["points"]} <= {"quoted", "shortened"}


@pytest.mark.parametrize("points", range(11))
@pytest.mark.parametrize("max_words", [20, 60, 300])
def test_points_and_words_stay_within_the_options(client: TestClient, points: int, max_words: int) -> None:
    asked = {"text": STORY, "points": points, "max_words": max_words}
    briefing = client.post("/v1/briefings", json=asked).json()
    body = [s["text"] for s in briefing["standfirst"] + briefing["points"]]
    assert len(briefing["points"]) <= points
    assert 0 < sum(len(text.split()) for text in body) <= max_words
    assert len(set(body)) == len(body)


BAD: list[tuple[dict[str, Any], int, str]] = [
    ({}, 422, "invalid_request"),
    ({"text": STORY, "url": "https://example.com"}, 422, "invalid_request"),
    ({"text": 7}, 422, "invalid_request"),
    ({"text": STORY, "points": 11}, 422, "invalid_request"),
    ({"text": STORY, "points": "3"}, 422, "invalid_request"),
    ({"text": STORY, "max_words": 0}, 422, "invalid_request"),
    ({"text": STORY, "on_unsupported": "keep"}, 422, "invalid_request"),
    ({"text": STORY, "pionts": 3}, 422, "invalid_request"),
    ({"text": STORY * 3, "max_words": 10}, 422, "invalid_request"),
    ({"text": STORY, "model": "gpt-9"}, 422, "unknown_model"),
    ({"text": ""}, 422, "empty_source"),
    ({"text": " \n\t"}, 422, "empty_source"),
    ({"html": "  "}, 422, "empty_source"),
    ({"text": "😀😀 🎉"}, 422, "no_article"),
    ({"text": "... --- !!!"}, 422, "no_article"),
    ({"html": "<html><body><form><input name=q></form></body></html>"}, 422, "no_article"),
    ({"text": "word " * 100_001}, 413, "too_large"),
    ({"url": "ftp://example.com/x"}, 424, "fetch_forbidden"),
    ({"url": "http://127.0.0.1/"}, 424, "fetch_forbidden"),
    ({"url": "not a url"}, 424, "fetch_forbidden"),
]


@pytest.mark.parametrize(("asked", "status", "code"), BAD, ids=range(len(BAD)))
def test_every_error_of_a_briefing_is_a_problem(
    client: TestClient, asked: dict[str, Any], status: int, code: str
) -> None:
    detail = problem(client.post("/v1/briefings", json=asked), status, code)
    assert detail.endswith(".")
    assert "\n" not in detail


def test_a_malformed_id_is_refused(client: TestClient) -> None:
    problem(client.get("/v1/briefings/../../etc/passwd"), 404, "not_found")
    problem(client.get("/v1/briefings/xyz"), 422, "invalid_request")


def test_a_timeout_causes_an_error_or_quotations_as_requested(tmp_path: Path) -> None:
    gate = threading.Event()

    def slow(_: Prompt) -> str:
        gate.wait(5)
        return "No."

    with service(tmp_path, ScriptedWriter(slow)) as client:
        short = {"text": STORY, "timeout_s": 0.5}
        assert "0.5 s" in problem(client.post("/v1/briefings", json=short), 503, "timed_out")
        quoted = client.post("/v1/briefings", json={**short, "on_timeout": "quote"}).json()
        assert quoted["coverage"]["complete"] is False
        assert len(quoted["points"]) == 3
        assert "written" not in {one["origin"] for one in [*quoted["standfirst"], *quoted["points"]]}
        assert client.get(f"/v1/briefings/{quoted['id']}").status_code == 404, "what was cut short was kept"
        gate.set()
        whole = client.post("/v1/briefings", json={"text": STORY}).json()
        assert whole["coverage"]["complete"] is True
        assert not whole["cached"]


def test_a_timeout_before_there_is_anything_to_quote_is_an_error(tmp_path: Path) -> None:
    class Slow(ScriptedEncoder):
        def encode(self, texts: Sequence[str], cancelled: Callable[[], bool]) -> NDArray[np.float32]:
            threading.Event().wait(1)
            return super().encode(texts, cancelled)

    late = {"timeout_s": 0.5, "on_timeout": "quote"}
    with service(tmp_path, encoder=Slow()) as client:
        assert "sentences" in problem(client.post("/v1/briefings", json={"text": STORY, **late}), 503, "timed_out")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with service(tmp_path, fetch_networks="127.0.0.1/32", fetch_ports=str(port)) as client:
            request = {"url": f"http://127.0.0.1:{port}/", **late}
            assert "read" in problem(client.post("/v1/briefings", json=request), 503, "timed_out")
