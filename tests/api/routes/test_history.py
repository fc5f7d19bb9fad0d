"""The history of briefings, their refused drafts, and their HTML."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from starlette.testclient import TestClient

from standfirst.application.keys import new_key
from tests.api.scripted_service import STORY, problem, service
from tests.models.scripted import ScriptedWriter
from tests.store.databases import postgres


def brief(client: TestClient, **request: Any) -> str:
    """Make a briefing, and return its id."""
    made = client.post("/v1/briefings", json={"text": STORY, **request})
    assert made.status_code == 200
    return str(made.json()["id"])


def ids(client: TestClient, **query: Any) -> list[str]:
    """Return the ids of the briefings that a search finds."""
    return [one["id"] for one in client.get("/v1/briefings", params=query).json()["briefings"]]


def test_a_search_finds_briefings_with_all_words_newest_first(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        bridge = brief(client, title="Bridge closed")
        ferry = brief(client, title="Straße gesperrt: 100%_sure", text=STORY.replace("bridge", "ferry"))
        assert brief(client, title="Bridge closed") == bridge
        assert ids(client) == [ferry, bridge]
        assert ids(client, search="BRIDGE closed") == [bridge]
        assert ids(client, search="council ferry") == [ferry]
        assert ids(client, search="strasse 100%_") == [ferry]
        assert ids(client, search="%") == [ferry]
        assert ids(client, search="bridge ferry") == []
        [found] = client.get("/v1/briefings", params={"search": "closed"}).json()["briefings"]
        assert (found["title"], found["url"]) == ("Bridge closed", None)
        assert client.get(f"/v1/briefings/{found['id']}").status_code == 200


def test_the_pages_together_list_every_briefing_once(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        made = [brief(client, title=f"Bridge {number}") for number in range(5)]
        seen: list[str] = []
        query: dict[str, Any] = {"limit": 2}
        while True:
            page = client.get("/v1/briefings", params=query).json()
            seen += [one["id"] for one in page["briefings"]]
            if page["next"] is None:
                break
            query["before"] = page["next"]
        assert seen == made[::-1]


def test_each_key_finds_only_its_own_briefings(tmp_path: Path) -> None:
    (first, one), (second, other) = new_key("first"), new_key("second")
    (tmp_path / "keys").write_text(one + other)
    with service(tmp_path, api_keys_file=tmp_path / "keys") as client:
        client.headers["X-API-Key"] = first
        made = brief(client)
        assert ids(client) == [made]
        client.headers["X-API-Key"] = second
        assert ids(client) == []
        assert brief(client) == made  # it is kept: the same for both
        assert ids(client) == [made]


@pytest.mark.process
def test_the_history_works_with_postgresql(tmp_path: Path) -> None:
    with postgres() as server, service(tmp_path, database_url=server.url) as client:
        made = brief(client, title="Bridge closed")
        assert ids(client, search="bridge CLOSED") == [made]
        assert ids(client, search="bridge\0closed") == [made]
        assert ids(client, search="100%") == []


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"before": "yesterday"}, {"search": "a" * 201}])
def test_an_invalid_search_is_refused(tmp_path: Path, query: dict[str, Any]) -> None:
    with service(tmp_path) as client:
        problem(client.get("/v1/briefings", params=query), 422, "invalid_request")


def test_a_briefing_is_returned_even_if_the_history_cannot_be_stored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with service(tmp_path) as client:
        with sqlite3.connect(tmp_path / "standfirst.sqlite3") as database:
            database.execute("DROP TABLE history")
        with caplog.at_level(logging.WARNING):
            brief(client)
        assert "not in the history" in caplog.text
        assert STORY[:20] not in caplog.text


def test_refused_drafts_are_returned_apart_from_the_briefing(tmp_path: Path) -> None:
    invented = "The council voted 40 to 3 on Friday to sell the Old Mill bridge in Harwick."
    with service(tmp_path, ScriptedWriter(lambda _: invented)) as client:
        made = client.post("/v1/briefings", json={"text": STORY})
        assert "sell" not in made.text
        reply = client.get(f"/v1/briefings/{made.json()['id']}/refused").json()["refused"]
        assert {draft["text"] for draft in reply} >= {invented}
        assert all(draft["problems"] for draft in reply)
        problem(client.get(f"/v1/briefings/{'0' * 32}/refused"), 404, "not_found")


def test_markup_in_an_article_is_escaped_in_html(tmp_path: Path) -> None:
    hostile = STORY.replace("Harwick council", 'The <img src=x onerror="alert(1)"> & council')
    with service(tmp_path) as client:
        made = client.post(
            "/v1/briefings", json={"text": hostile, "title": "<script>x</script>"}, headers={"Accept": "text/html"}
        )
    assert made.text.startswith(("<h1>", "<p>"))
    assert "<img" not in made.text
    assert "<script" not in made.text
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; council" in made.text


def test_html_reads_back_as_the_sentences_of_the_briefing(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        made = client.post("/v1/briefings", json={"text": STORY}).json()
        page = client.get(f"/v1/briefings/{made['id']}", headers={"Accept": "text/html"}).text
    read = " ".join(lxml.html.fromstring(page).text_content().split())
    for sentence in (*made["standfirst"], *made["points"]):
        assert sentence["text"] in read
