"""Briefings of the running service: they hold against their articles, for every caller and every text."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from standfirst.reading.text import read_text
from tests.process.serving import SAMPLE, serving

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def address(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(models_dir, tmp_path_factory.mktemp("data")) as (_, found):
        yield found


@pytest.fixture
def client(address: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=address, timeout=120) as opened:
        yield opened


def check(client: httpx2.Client, briefing: dict[str, Any]) -> list[str]:
    """Check a briefing against its article, and return its sentences, the headline first."""
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


def test_the_sample_article_has_a_backed_briefing(client: httpx2.Client) -> None:
    briefing = client.post("/v1/briefings", json=SAMPLE).json()
    shown = check(client, briefing)
    assert shown[0] == SAMPLE["title"]
    assert len(shown) == 5
    assert briefing["model"]["writer"] == "standfirst-135m"
    starts = [s["sources"][0]["start"] for s in briefing["standfirst"] + briefing["points"]]
    assert starts == sorted(starts), "in the article's order"


def test_ten_pages_have_briefings_of_their_stories(client: httpx2.Client, pages: Path) -> None:
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
def test_unusual_texts_have_a_backed_briefing_or_a_clear_error(client: httpx2.Client, text: str) -> None:
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


def test_concurrent_callers_get_their_own_briefings(client: httpx2.Client) -> None:
    def ask(number: int) -> list[str]:
        text = SAMPLE["text"].replace("Harwick", f"Harwick{number}")
        response = client.post("/v1/briefings", json={"text": text, "title": f"Harwick{number} bridge to close"})
        assert response.status_code == 200, response.text
        return check(client, response.json())

    with ThreadPoolExecutor(6) as pool:
        for number, shown in enumerate(pool.map(ask, range(6))):
            assert shown[0] == f"Harwick{number} bridge to close"
            assert any(f"Harwick{number} " in sentence for sentence in shown)


def test_a_caller_that_disconnects_does_not_harm_the_service(client: httpx2.Client, address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    body = json.dumps({"text": SAMPLE["text"] + " Nobody waits for this."}).encode()
    head = "POST /v1/briefings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    for sent in (head.encode() + body, head.encode() + body[:50], head.encode()[:40]):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(sent)
    assert client.post("/v1/briefings", json=SAMPLE).status_code == 200
    assert client.get("/readyz").status_code == 200


def test_the_sample_is_read_without_loss() -> None:
    article = read_text(SAMPLE["text"])
    assert "".join(article.text[s.start : s.end] for s in article.sentences).replace(" ", "") == re.sub(
        r"\s", "", SAMPLE["text"]
    )
