"""The routes of digests, with scripted models."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html
from starlette.testclient import TestClient

from standfirst.application.keys import new_key
from tests.api.scripted_service import STORY, HeldWriter, problem, service
from tests.models.scripted import ScriptedWriter
from tests.reports import OTHER, RIVAL


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service(tmp_path_factory.mktemp("data")) as running:
        yield running


def made(client: TestClient, items: list[dict[str, Any]], **more: Any) -> str:
    """Make a digest, wait for its end, and return its URL."""
    response = client.post("/v1/digests", json={"items": items, **more})
    assert response.status_code == 202, response.text
    address = str(response.headers["location"])
    ended(client, address)
    return address


def ended(client: TestClient, address: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        reply: dict[str, Any] = client.get(address).json()
        if reply["ended_at"]:
            return reply
    raise AssertionError(reply)


def digest(client: TestClient, items: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    reply: dict[str, Any] = client.get(made(client, items, **more) + "/result").json()
    return reply


def sentences(story: dict[str, Any]) -> list[dict[str, Any]]:
    return [*([story["headline"]] if story["headline"] else []), *story["standfirst"], *story["points"]]


def test_the_events_of_a_digest_are_one_for_each_article_one_for_the_digest_and_one_for_its_end(
    client: TestClient,
) -> None:
    address = client.post("/v1/digests", json={"items": [{"text": STORY}, {"text": ""}]}).headers["location"]
    with client.stream("GET", f"{address}/events") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        reply = "".join(response.iter_text())
    events = [dict(line.split(": ", 1) for line in block.splitlines()) for block in reply.strip().split("\n\n")]
    assert [event["event"] for event in events] == ["item", "item", "item", "done"]
    data = [json.loads(event["data"]) for event in events]
    assert (data[2]["index"], data[2]["state"], data[2]["progress"]) == (2, "done", 1)
    assert {one["state"] for one in data[:2]} == {"done", "failed"}
    assert data[3]["state"] == "done"


def test_articles_are_grouped_by_story_and_the_largest_story_comes_first(client: TestClient) -> None:
    reply = digest(client, [{"text": OTHER}, {"text": STORY}, {"text": RIVAL}])
    assert [sorted(story["articles"]) for story in reply["stories"]] == [[1, 2], [0]]
    assert [story["independent"] for story in reply["stories"]] == [2, 1]
    assert [one["index"] for one in reply["articles"]] == [0, 1, 2]
    assert reply["failed"] == []


def test_every_sentence_cites_the_articles_that_back_it(client: TestClient) -> None:
    reply = digest(client, [{"text": STORY}, {"text": RIVAL}, {"text": OTHER}])
    texts = [client.get(f"/v1/briefings/{one['briefing']}/article").json()["text"] for one in reply["articles"]]
    backed = [sentence["backing"] for story in reply["stories"] for sentence in sentences(story)]
    assert all(backing for backing in backed)
    assert any(len(backing) == 2 for backing in backed), "no sentence is backed by both"
    for story in reply["stories"]:
        for sentence in sentences(story):
            for backing in sentence["backing"]:
                assert backing["article"] in story["articles"]
                assert backing["sources"]
                for source in backing["sources"]:
                    assert texts[backing["article"]][source["start"] : source["end"]] == source["text"]


def test_a_statement_of_another_article_is_added_and_cites_that_article(client: TestClient) -> None:
    story = digest(client, [{"text": STORY + " " + STORY.replace("Harwick", "The")}, {"text": RIVAL}], points=8)[
        "stories"
    ][0]
    ferry = [one for one in sentences(story) if "ferry" in one["text"]]
    assert [[backing["article"] for backing in one["backing"]] for one in ferry] == [[1]]


def test_figures_that_differ_are_shown_side_by_side(client: TestClient) -> None:
    address = made(client, [{"text": STORY}, {"text": RIVAL}])
    [story] = client.get(address + "/result").json()["stories"]
    [disagreement] = story["disagreements"]
    assert [(one["article"], one["text"]) for one in disagreement["figures"]] == [(0, "£2.4m"), (1, "£2.9m")]
    assert "£2.4m (1), £2.9m (2)" in client.get(address + "/result", headers={"Accept": "text/html"}).text
    assert "£2.4m (1), £2.9m (2)" in client.get(address + "/result", headers={"Accept": "text/markdown"}).text.replace(
        "\\", ""
    )


def test_a_near_duplicate_is_named_and_not_counted(client: TestClient) -> None:
    shorter = STORY[: STORY.index("Three councillors")]
    reply = digest(client, [{"text": shorter}, {"text": STORY}])
    [story] = reply["stories"]
    assert story["articles"] == [1, 0]
    assert story["independent"] == 1
    assert [one["copy_of"] for one in reply["articles"]] == [1, None]


def test_the_same_articles_give_the_same_digest(client: TestClient, tmp_path: Path) -> None:
    items = [{"text": OTHER}, {"text": STORY}, {"text": RIVAL}, {"text": " "}]
    first = client.get(made(client, items) + "/result").content
    assert client.get(made(client, items) + "/result").content == first
    with service(tmp_path / "another") as fresh:
        assert fresh.get(made(fresh, items) + "/result").content == first
        turned = fresh.get(made(fresh, items[::-1]) + "/result").json()
    names = [{3 - index for index in story["articles"]} for story in turned["stories"]]
    assert names == [set(story["articles"]) for story in json.loads(first)["stories"]]


def test_an_article_that_fails_is_listed_and_does_not_affect_the_others(client: TestClient) -> None:
    address = made(client, [{"text": STORY}, {"text": " "}, {"url": "http://127.0.0.1/"}, {"briefing": "0" * 32}])
    reply = client.get(address + "/result").json()
    assert [(one["index"], one["code"]) for one in reply["failed"]] == [
        (1, "empty_source"),
        (2, "fetch_forbidden"),
        (3, "not_found"),
    ]
    assert [story["articles"] for story in reply["stories"]] == [[0]]
    assert client.get(address).json()["item_states"] == ["done", "failed", "failed", "failed", "done"]
    assert reply["failed"][0]["detail"] in client.get(address + "/result", headers={"Accept": "text/markdown"}).text


def test_a_digest_may_consist_of_failures_only(client: TestClient) -> None:
    reply = digest(client, [{"text": " "}])
    assert reply["stories"] == []
    assert len(reply["failed"]) == 1


def test_a_stored_briefing_may_be_an_item(client: TestClient) -> None:
    briefing = client.post("/v1/briefings", json={"text": STORY}).json()
    reply = digest(client, [{"briefing": briefing["id"]}, {"text": OTHER}])
    assert reply["articles"][0]["briefing"] == briefing["id"]
    assert reply["failed"] == []


def test_flagged_sentences_of_a_stored_briefing_are_not_in_the_digest(tmp_path: Path) -> None:
    writer = ScriptedWriter(lambda _: "Harwick council will sell the bridge to Norway for £9m.")
    with service(tmp_path, writer) as client:
        briefing = client.post("/v1/briefings", json={"text": STORY, "on_unsupported": "flag"}).json()
        assert "Norway" in str(briefing)
        for items in ([{"briefing": briefing["id"]}], [{"briefing": briefing["id"]}, {"text": RIVAL}]):
            assert "Norway" not in str(digest(client, items))


def test_a_digest_of_one_article_is_its_briefing(client: TestClient) -> None:
    briefing = client.post("/v1/briefings", json={"text": STORY}).json()
    [story] = digest(client, [{"text": STORY}])["stories"]
    assert [one["text"] for one in story["standfirst"]] == [one["text"] for one in briefing["standfirst"]]
    assert [one["text"] for one in story["points"]] == [one["text"] for one in briefing["points"]]


def test_an_unfinished_digest_reports_its_progress_and_when_to_retry(tmp_path: Path) -> None:
    writer = HeldWriter()
    with service(tmp_path, writer, job_lanes=1) as client:
        address = client.post("/v1/digests", json={"items": [{"text": " "}, {"text": STORY}]}).headers["location"]
        assert writer.writing.wait(10)
        early = client.get(address + "/result")
        problem(early, 409, "unfinished")
        assert int(early.headers["retry-after"]) > 0
        reply = client.get(address).json()
        assert (reply["item_states"], reply["items"]) == (["failed", "running", "waiting"], 3)
        assert reply["progress"] == pytest.approx(1 / 3)
        writer.go_on.set()
        assert ended(client, address)["state"] == "done"
        assert client.get(address + "/result").status_code == 200


def test_an_accepted_digest_is_made_after_a_restart(tmp_path: Path) -> None:
    with service(tmp_path, job_lanes=0) as client:
        address = client.post("/v1/digests", json={"items": [{"text": STORY}, {"text": OTHER}]}).headers["location"]
    with service(tmp_path) as client:
        assert ended(client, address)["item_states"] == ["done", "done", "done"]


def test_the_result_of_a_cancelled_digest_is_an_error(tmp_path: Path) -> None:
    with service(tmp_path, job_lanes=0) as client:
        address = client.post("/v1/digests", json={"items": [{"text": STORY}]}).headers["location"]
        assert client.delete(address).json()["state"] == "cancelled"
        problem(client.get(address + "/result"), 409, "cancelled")


def test_digests_and_jobs_are_distinct_and_belong_to_the_key_that_created_them(tmp_path: Path) -> None:
    with service(tmp_path, api_keys=["reader:one", "editor:two"], job_lanes=0) as client:
        reader, editor = {"X-API-Key": "one"}, {"X-API-Key": "two"}
        digest_id = client.post("/v1/digests", json={"items": [{"text": STORY}]}, headers=reader).json()["id"]
        job_id = client.post("/v1/jobs", json={"items": [{"text": STORY}]}, headers=reader).json()["id"]
        for path in (f"/v1/jobs/{digest_id}", f"/v1/jobs/{digest_id}/results", f"/v1/digests/{job_id}"):
            problem(client.get(path, headers=reader), 404, "not_found")
        for path in (f"/v1/digests/{digest_id}", f"/v1/digests/{digest_id}/result"):
            problem(client.get(path, headers=editor), 404, "not_found")
        problem(client.delete(f"/v1/digests/{digest_id}", headers=editor), 404, "not_found")


def test_the_articles_of_a_digest_count_for_its_key(tmp_path: Path) -> None:
    key_itself, lines = new_key("reader")
    (tmp_path / "keys").write_text("\n".join([*lines.splitlines(), "articles_per_day = 3"]), encoding="utf-8")
    with service(tmp_path, api_keys_file=tmp_path / "keys", job_lanes=0) as client:
        items = {"items": [{"text": STORY}, {"text": OTHER}]}
        key = {"X-API-Key": key_itself}
        assert client.post("/v1/digests", json=items, headers=key).status_code == 202
        problem(client.post("/v1/digests", json=items, headers=key), 429, "quota_exceeded")


def test_idempotency_keys_of_digests_and_jobs_are_separate(client: TestClient) -> None:
    key = {"Idempotency-Key": "monday"}
    items = {"items": [{"text": STORY}]}
    first = client.post("/v1/digests", json=items, headers=key).json()["id"]
    assert client.post("/v1/digests", json=items, headers=key).json()["id"] == first
    problem(client.post("/v1/jobs", json=items, headers=key), 422, "idempotency_conflict")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"items": [{"text": "x"}] * 201},
        {"items": [{}]},
        {"items": [{"text": "x", "briefing": "0" * 32}]},
        {"items": [{"briefing": "x"}]},
        {"items": [{"text": "x"}], "on_unsupported": "flag"},
    ],
)
def test_an_invalid_request_for_a_digest_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    problem(client.post("/v1/digests", json=body), 422, "invalid_request")


HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(2)>"


def test_markup_in_articles_is_escaped_in_html_and_markdown(client: TestClient) -> None:
    text = STORY.replace("Tom Pryce", f"Tom {HOSTILE} Pryce").replace("14 to 3", "14 to 3 [x](javascript:alert(3))")
    address = made(client, [{"text": text, "title": f"Bridge {HOSTILE} to close"}, {"text": RIVAL}])
    response = client.get(address + "/result", headers={"Accept": "text/html"})
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["content-security-policy"].startswith("default-src 'none'; style-src")
    page = lxml_html.document_fromstring(response.text)
    assert not page.xpath("//script | //img | //iframe | //*[@onerror]")
    assert all(re.match("#|https?:", link) for link in page.xpath("//@href"))
    assert "alert(1)" in page.text_content()
    shown = client.get(address + "/result", headers={"Accept": "text/markdown"}).text
    assert not re.search(r"(?<!\\)<(?!https?://)", shown)
    assert not re.search(r"(?<!\\)\]\(", shown)


def test_a_media_type_that_digests_do_not_have_is_refused(client: TestClient) -> None:
    address = made(client, [{"text": STORY}])
    problem(client.get(address + "/result", headers={"Accept": "image/png"}), 406, "not_acceptable")
