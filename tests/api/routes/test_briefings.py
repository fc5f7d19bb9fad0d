"""The contract of /v1/briefings, with scripted models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from standfirst.errors import STATUS
from standfirst_models.protocols.writer import Prompt
from standfirst_models.scripted import ScriptedWriter
from tests.api.scripted_service import STORY, problem, service


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with service(tmp_path) as running:
        yield running


def test_every_sentence_points_at_the_text_that_backs_it(client: TestClient) -> None:
    briefing = client.post("/v1/briefings", json={"text": STORY}).json()
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


def test_of_an_article_in_another_language_nothing_is_written(tmp_path: Path) -> None:
    writer = ScriptedWriter()
    told = "Der Rat der Stadt hat am Dienstag {} beschlossen, die alte Brücke über den Fluss bis zum März zu schließen."
    text = " ".join(
        told.format(f"mit {votes} Stimmen") for votes in ("neun", "zehn", "elf", "zwölf", "dreizehn", "allen")
    )
    with service(tmp_path, writer) as client:
        briefing = client.post("/v1/briefings", json={"text": text}).json()
    assert briefing["article"]["language"] == "de"
    assert {sentence["origin"] for sentence in briefing["standfirst"] + briefing["points"]} == {"quoted"}
    assert writer.history == []


def test_a_draft_that_the_article_does_not_back_never_comes_back(tmp_path: Path) -> None:
    writer = ScriptedWriter(lambda _: "Harwick council voted 15 to 2 to sell the Old Mill bridge to Leeds.")
    with service(tmp_path, writer) as client:
        briefing = client.post("/v1/briefings", json={"text": STORY, "title": "Bridge to close"}).json()
        assert {sentence["origin"] for sentence in briefing["points"]} == {"quoted"}
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


def test_a_draft_that_the_article_backs_comes_back_as_written(tmp_path: Path) -> None:
    def shorten(prompt: Prompt) -> str:
        return re.sub(r", (of )?which .*(?=\.)", "", prompt.passage)

    with service(tmp_path, ScriptedWriter(shorten)) as client:
        briefing = client.post("/v1/briefings", json={"text": STORY, "title": "Bridge to close"}).json()
    written = [s for s in briefing["standfirst"] + briefing["points"] if s["origin"] == "written"]
    assert "The work will cost £2.4m." in [s["text"] for s in written]
    assert all(s["support"] >= 0.85 for s in written)


def briefed(tmp_path: Path, said: str, draft: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A briefing of a story in which ``said`` stands, of which the writer makes ``draft``; and what was refused."""
    writer = ScriptedWriter(lambda prompt: draft if said in prompt.passage else "No.")
    with service(tmp_path, writer) as client:
        given = {"text": f"{said} {STORY} Yes.", "max_words": 300, "points": 6}
        briefing = client.post("/v1/briefings", json=given).json()
        return briefing, client.get(f"/v1/briefings/{briefing['id']}/refused").json()["refused"]


def test_what_somebody_said_comes_back_with_who_said_it(tmp_path: Path) -> None:
    said = "“The council has no money left for any bridge in the county this year,” said Tom Pryce."
    bare = "The council has no money left for any bridge in the county."
    briefing, _ = briefed(tmp_path, said, bare)
    [written] = [one for one in briefing["standfirst"] + briefing["points"] if one["origin"] == "written"]
    assert written["text"] == "The council has no money left for any bridge in the county, said Tom Pryce."
    assert [source["text"] for source in written["sources"]] == [said]


def test_what_a_speaker_says_of_himself_does_not_come_back_as_if_it_were_so(tmp_path: Path) -> None:
    said = "“The council has no money left for our bridge and for our ferry this year,” said Tom Pryce."
    bare = "The council has no money left for our bridge."
    briefing, refused = briefed(tmp_path, said, bare)
    assert said in [one["text"] for one in briefing["standfirst"] + briefing["points"]]
    assert {"text": bare, "problems": ["it does not say who said so as the article does"]} in refused


def test_the_same_request_again_is_cached_and_the_same(client: TestClient) -> None:
    first = client.post("/v1/briefings", json={"text": STORY}).json()
    again = client.post("/v1/briefings", json={"text": STORY}).json()
    by_id = client.get(f"/v1/briefings/{first['id']}").json()
    assert (first["cached"], again["cached"], by_id["cached"]) == (False, True, True)
    for one in (first, again, by_id):
        del one["cached"], one["timing_ms"]
    assert first == again == by_id


def test_kept_briefings_outlive_the_service(tmp_path: Path) -> None:
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
def test_accept_decides_the_form(client: TestClient, accept: str, media_type: str) -> None:
    response = client.post("/v1/briefings", json={"text": STORY}, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"] == media_type


def test_a_form_that_is_not_given_is_refused(client: TestClient) -> None:
    response = client.post("/v1/briefings", json={"text": STORY}, headers={"Accept": "image/png"})
    assert "text/markdown" in problem(response, 406, "not_acceptable")


def test_marks_in_an_article_are_no_markdown(client: TestClient) -> None:
    text = "The <script>alert(1)</script> of *Harwick* council was [closed](http://x) on Tuesday."
    shown = client.post("/v1/briefings", json={"text": text}, headers={"Accept": "text/markdown"}).text
    assert r"\<script\>" in shown
    assert r"\*Harwick\*" in shown
    assert r"\[closed\]" in shown


def test_fewer_sentences_than_asked_for_come_back_as_they_are(client: TestClient) -> None:
    briefing = client.post("/v1/briefings", json={"text": "The bridge is closed. Buses go round it."}).json()
    shown = [s["text"] for s in briefing["standfirst"] + briefing["points"]]
    assert shown == ["The bridge is closed.", "Buses go round it."]
    assert {s["origin"] for s in briefing["standfirst"] + briefing["points"]} == {"quoted"}


@pytest.mark.parametrize("points", range(11))
@pytest.mark.parametrize("max_words", [20, 60, 300])
def test_points_and_words_stay_within_what_was_asked(client: TestClient, points: int, max_words: int) -> None:
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
def test_what_cannot_be_condensed_is_told_in_one_shape(
    client: TestClient, asked: dict[str, Any], status: int, code: str
) -> None:
    detail = problem(client.post("/v1/briefings", json=asked), status, code)
    assert detail.endswith(".")
    assert "\n" not in detail


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"", "application/json", 422, "invalid_request"),
        (b"{", "application/json", 400, "invalid_json"),
        (b'{"text": "\xff\xfe"}', "application/json", 400, "invalid_json"),
        (bytes(range(256)), "application/json", 400, "invalid_json"),
        (b"[" * 100_000, "application/json", 400, "invalid_json"),
        (rb'{"text": "half \ud800 a character"}', "application/json", 422, "invalid_request"),
        (b"text=hello", "application/x-www-form-urlencoded", 415, "not_text"),
        (b'{"text": "hello"}', "text/plain", 415, "not_text"),
        (b"{" + b" " * 3_000_000 + b"}", "application/json", 413, "too_large"),
    ],
)
def test_a_body_that_is_not_a_request_is_told_so(
    client: TestClient, body: bytes, kind: str, status: int, code: str
) -> None:
    problem(client.post("/v1/briefings", content=body, headers={"Content-Type": kind}), status, code)


def test_a_body_without_a_declared_size_is_bounded_too(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 100_000

    response = client.post("/v1/briefings", content=endless(), headers={"Content-Type": "application/json"})
    problem(response, 413, "too_large")


@pytest.mark.parametrize("path", ["/v1/briefings/" + "0" * 32, "/v1/briefings/" + "0" * 32 + "/article", "/nowhere"])
def test_what_is_not_there_is_told_so(client: TestClient, path: str) -> None:
    problem(client.get(path), 404, "not_found")


def test_an_id_that_is_none_is_told_so(client: TestClient) -> None:
    problem(client.get("/v1/briefings/../../etc/passwd"), 404, "not_found")
    problem(client.get("/v1/briefings/xyz"), 422, "invalid_request")


def test_another_method_is_told_so(client: TestClient) -> None:
    problem(client.put("/v1/briefings"), 405, "method_not_allowed")


def test_a_mistake_of_the_service_is_told_without_its_inside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def fail(prompt: Prompt) -> str:
        raise RuntimeError(f"secret {prompt.passage}")

    with service(tmp_path, ScriptedWriter(fail)) as client:
        problem(client.post("/v1/briefings", json={"text": STORY}), 500, "inference_failed")
    assert "Harwick" not in caplog.messages


def test_a_given_request_id_is_kept_and_a_strange_one_is_not(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert client.get("/healthz", headers={"X-Request-ID": "a b\x7f"}).headers["x-request-id"] != "a b\x7f"


def test_keys_are_asked_for_under_v1_alone(tmp_path: Path) -> None:
    with service(tmp_path, api_keys="one,two") as client:
        assert client.get("/healthz").status_code == 200
        refused = client.post("/v1/briefings", json={"text": STORY})
        problem(refused, 401, "unauthorized")
        assert refused.headers["www-authenticate"] == "Bearer"
        problem(client.get("/v1/models", headers={"Authorization": "Bearer three"}), 401, "unauthorized")
        problem(client.get("/v1/models", headers={"X-API-Key": ""}), 401, "unauthorized")
        assert client.get("/v1/models", headers={"Authorization": "Bearer two"}).status_code == 200
        assert client.get("/v1/models", headers={"X-API-Key": "one"}).status_code == 200
        schema = client.get("/openapi.json").json()
        assert schema["security"] == [{"bearer": []}, {"header": []}]


def test_the_models_are_listed(client: TestClient) -> None:
    listed = client.get("/v1/models").json()["models"]
    assert [(m["name"], m["role"], m["state"]) for m in listed] == [
        ("scripted", "writer", "ready"),
        ("scripted-encoder", "encoder", "ready"),
        ("scripted-verifier", "verifier", "ready"),
    ]


def test_openapi_has_examples_that_work(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    example = schema["components"]["schemas"]["BriefingRequest"]["examples"][0]
    assert client.post("/v1/briefings", json=example).status_code == 200
    promised = schema["paths"]["/v1/briefings"]["post"]["responses"]
    assert {"200", "400", "401", "406", "413", "415", "422", "424", "429", "503"} <= set(promised)
    assert set(promised["200"]["content"]) == {
        "application/json",
        "text/markdown",
        "text/plain",
        "text/html",
        "text/event-stream",
    }


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [code for _, code in STATUS.values()]
    assert len(set(codes)) == len(codes)


def test_the_documentation_needs_no_other_host(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    used = re.findall(r"""(?:src|href)=["']([^"']+)""", page.text)
    assert used
    assert all(url.startswith("/") and client.get(url).status_code == 200 for url in used)
    assert "http://" not in page.text
    assert "https://" not in page.text
