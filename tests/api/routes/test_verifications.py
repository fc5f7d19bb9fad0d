"""The route of verifications, with scripted models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.scripted_service import STORY, problem, service


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service(tmp_path_factory.mktemp("data")) as running:
        yield running


def verified(client: TestClient, summary: str, **asked: Any) -> dict[str, Any]:
    response = client.post("/v1/verify", json={"text": STORY, "summary": summary} | asked)
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_each_sentence_is_judged_in_order_with_the_passages_that_back_it(client: TestClient) -> None:
    summary = (
        "The bridge will be closed to all traffic for nine months. Buses 4 and 11 will be sent over the ring road."
    )
    reply = verified(client, summary)
    assert " ".join(sentence["text"] for sentence in reply["sentences"]) == summary
    assert [sentence["sources"][0]["text"][:5] for sentence in reply["sentences"]] == ["Harwi", "Buses"]
    for sentence in reply["sentences"]:
        assert 0 <= sentence["support"] <= 1
        assert all(STORY[source["start"] : source["end"]] == source["text"] for source in sentence["sources"])
    mean = sum(sentence["support"] for sentence in reply["sentences"]) / 2
    assert reply["support"] == pytest.approx(mean, abs=0.001)


def test_the_findings_are_counted_and_support_is_in_their_order(client: TestClient) -> None:
    reply = verified(
        client,
        "The work will cost £2.4m. Repairs are going to be dear for the county. The work will cost £3.4m.",
    )
    findings = [sentence["finding"] for sentence in reply["sentences"]]
    assert findings == ["backed", "undecided", "not_backed"]
    assert reply["counts"] == {"backed": 1, "not_backed": 1, "undecided": 1}
    backed, undecided, not_backed = (sentence["support"] for sentence in reply["sentences"])
    assert backed > 0.5 >= undecided >= 0.25 >= not_backed


def test_a_wrong_figure_comes_with_that_of_the_article(client: TestClient) -> None:
    claim = "The work will cost £3.4m."
    (sentence,) = verified(client, claim)["sentences"]
    (correction,) = sentence["instead"]
    assert correction["text"] == "£2.4m"
    assert STORY[correction["start"] : correction["end"]] == "£2.4m"
    claimed = correction["claimed"]
    assert claim[claimed["start"] : claimed["end"]] == claimed["text"] == "£3.4m"


def test_a_sentence_that_is_not_backed_comes_with_the_one_most_like_it(client: TestClient) -> None:
    (sentence,) = verified(client, "Leeds council spent £88m on Old Mill bridge.")["sentences"]
    (correction,) = sentence["instead"]
    assert sentence["finding"] == "not_backed"
    assert correction["claimed"] is None
    assert STORY[correction["start"] : correction["end"]] == correction["text"]
    assert "Old Mill bridge" in correction["text"]


def test_the_articles_own_sentences_are_backed(client: TestClient) -> None:
    reply = verified(client, STORY)
    assert reply["support"] == 1.0
    assert not any(sentence["problems"] for sentence in reply["sentences"])


@pytest.mark.parametrize(
    ("summary", "named"),
    [
        ("The work will cost £3.4m, of which the county will pay £1.5m.", "£3.4m"),
        ("Leeds council voted 14 to 3 on Tuesday to close the Old Mill bridge to all traffic.", "Leeds"),
        ("Tom Pryce said he was “not amused by the plan” of the council.", "not amused by the plan"),
        ("Dolphins are clever.", "the article has other words"),
    ],
)
def test_problems_name_what_the_article_does_not_back(client: TestClient, summary: str, named: str) -> None:
    (sentence,) = verified(client, summary)["sentences"]
    assert any(named in reply for reply in sentence["problems"])
    assert sentence["support"] <= 0.5


def test_lists_and_headings_are_read_line_by_line_without_markup(client: TestClient) -> None:
    reply = verified(
        client, "# Bridge to close\n\n- Buses go over the ring road\n2. The work will cost £2.4m.\n\n---\n"
    )
    assert [sentence["text"] for sentence in reply["sentences"]] == [
        "Bridge to close",
        "Buses go over the ring road",
        "The work will cost £2.4m.",
    ]


def test_a_page_is_read_by_the_same_rules_as_for_briefings(client: TestClient, pages: Path) -> None:
    page = (pages / "bridge.html").read_text(encoding="utf-8")
    response = client.post("/v1/verify", json={"html": page, "summary": "The bridge will close for nine months."})
    assert response.json()["article"]["title"]
    assert response.json()["sentences"][0]["sources"]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"text": STORY}, 422, "invalid_request"),
        ({"summary": "The bridge will close."}, 422, "invalid_request"),
        ({"text": STORY, "url": "https://example.com", "summary": "It will close."}, 422, "invalid_request"),
        ({"text": STORY, "summary": 7}, 422, "invalid_request"),
        ({"text": STORY, "summary": "It will close.", "points": 3}, 422, "invalid_request"),
        ({"text": STORY, "summary": "word " * 20_001}, 422, "invalid_request"),
        ({"text": STORY, "summary": ""}, 422, "empty_source"),
        ({"text": STORY, "summary": " \n"}, 422, "empty_source"),
        ({"text": STORY, "summary": "😀 … !"}, 422, "empty_source"),
        ({"text": "", "summary": "It will close."}, 422, "empty_source"),
        ({"text": "😀😀 🎉", "summary": "It will close."}, 422, "no_article"),
        ({"url": "http://127.0.0.1/", "summary": "It will close."}, 424, "fetch_forbidden"),
    ],
)
def test_every_error_of_a_verification_is_a_problem(
    client: TestClient, asked: dict[str, Any], status: int, code: str
) -> None:
    problem(client.post("/v1/verify", json=asked), status, code)


def test_a_summary_in_another_script_is_judged_too(client: TestClient) -> None:
    reply = verified(client, "أعلن المجلس يوم الثلاثاء إغلاق الجسر. 市議会は橋を閉鎖する。")
    assert all(sentence["finding"] != "backed" for sentence in reply["sentences"])


def test_a_key_is_required(tmp_path: Path) -> None:
    with service(tmp_path, api_keys=("secret",)) as guarded:
        problem(guarded.post("/v1/verify", json={"text": STORY, "summary": "It will close."}), 401, "unauthorized")
