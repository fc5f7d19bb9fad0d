"""Feeds of briefings, read by feedparser, and by requests as readers send them.

What readers send was read in their code (facts only):

- miniflux: ``miniflux/v2``, ``internal/reader/fetcher/request_builder.go`` at eae4cb1 (HTTP Basic, both validators).
- FreshRSS: ``FreshRSS/FreshRSS``, ``app/Models/SimplePieCustom.php`` at 4495860, with SimplePie (the same, by curl).
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import feedparser
import pytest
from starlette.testclient import TestClient

from standfirst.application import feed_service
from tests.api.scripted_service import STORY, HeldWriter, is_of_the_story, problem, service

STORIES = [f"{STORY} It was report number {number}." for number in range(3)]


class Site:
    """A site with a feed of stories; the newest is the last one. It counts the requests for each path."""

    def __init__(self, stories: list[str]) -> None:
        self.stories = stories
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.headers: dict[str, str] = {"ETag": '"one"', "Last-Modified": "Tue, 06 Jan 2026 10:00:00 GMT"}
        self.status = 200
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                is_known = self.headers.get("If-None-Match") == site.headers.get("ETag") is not None
                status = 304 if self.path == "/feed" and is_known else site.status
                body = site.feed() if self.path == "/feed" else site.page(int(self.path.rpartition("/")[2]))
                self.send_response(status)
                self.send_header("Content-Type", "application/rss+xml" if self.path == "/feed" else "text/html")
                for name, value in site.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if status == 200:
                    self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.address = f"http://127.0.0.1:{self.port}/feed"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def feed(self) -> str:
        items = "".join(
            f"<item><title>Report {n} &amp; more</title><link>http://127.0.0.1:{self.port}/stories/{n}</link>"
            f"<guid isPermaLink='false'>report-{n}</guid>"
            f"<description>&lt;b&gt;Short&lt;/b&gt; report {n}.</description>"
            f"<pubDate>Tue, 06 Jan 2026 {n % 24:02}:00:00 GMT</pubDate></item>"
            for n in range(len(self.stories))
        )
        link = f"http://127.0.0.1:{self.port}/"
        return f"<rss version='2.0'><channel><title>Harwick</title><link>{link}</link>{items}</channel></rss>"

    def page(self, number: int) -> str:
        paragraphs = "".join(f"<p>{sentence.strip('.')}.</p>" for sentence in self.stories[number].split(". "))
        return f"<html><body><article><h1>Report {number}</h1>{paragraphs}</article></body></html>"

    def visits(self, path: str = "/feed") -> list[dict[str, str]]:
        return [headers for asked, headers in self.requests if asked == path]


@pytest.fixture
def site() -> Iterator[Site]:
    one = Site(list(STORIES))
    yield one
    one.close()


@contextmanager
def serving(tmp_path: Path, site: Site, **settings: Any) -> Iterator[TestClient]:
    with service(tmp_path, fetch_networks="127.0.0.0/8", fetch_ports=str(site.port), **settings) as client:
        yield client


def read(client: TestClient, site: Site, **headers: str) -> Any:
    response = client.get("/v1/feed", params={"url": site.address}, headers=headers)
    assert response.status_code == 200, response.text
    parsed = feedparser.parse(response.content, response_headers={"content-type": response.headers["content-type"]})
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def read_until_ready(client: TestClient, site: Site) -> Any:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        parsed = read(client, site)
        if not any("Not condensed yet" in entry.content[0].value for entry in parsed.entries):
            return parsed
        time.sleep(0.02)
    raise AssertionError(parsed)


def test_the_entries_of_a_feed_get_their_briefings_in_the_background(tmp_path: Path, site: Site) -> None:
    writer = HeldWriter()
    with serving(tmp_path, site, writer=writer) as client:
        first = read(client, site)
        assert first.version == "atom10"
        assert first.feed.title == "Harwick, in brief"
        assert [entry.title for entry in first.entries] == ["Report 2 & more", "Report 1 & more", "Report 0 & more"]
        for entry, number in zip(first.entries, (2, 1, 0), strict=True):
            assert f"The publisher says:</em></p>\n<p>Short report {number}.</p>" in entry.content[0].value
            assert entry.link.endswith(f"/stories/{number}")
        writer.go_on.set()
        ready = read_until_ready(client, site)
    assert [entry.id for entry in ready.entries] == [entry.id for entry in first.entries]
    assert [entry.published for entry in ready.entries] == [entry.published for entry in first.entries]
    assert ready.entries[0].updated > first.entries[0].updated
    assert ready.feed.updated > first.feed.updated
    for entry in ready.entries:
        content = entry.content[0].value
        assert "publisher" not in content
        assert '<a href="http://testserver/#briefing=' in content
        lines = [line.partition(" <a ")[0] for line in content.replace("<li>", "<p>").split("<p>")[1:-1]]
        assert len(lines) == 4
        assert all(is_of_the_story(line) or line in STORIES[0] + STORIES[1] + STORIES[2] for line in lines)
        for fragment in re.findall(r'#:~:text=([^"]+)"', content):
            assert all(unquote(part) in " ".join([entry.title, *STORIES]) for part in fragment.split(","))
    assert len(site.visits()) == 1
    assert len(site.visits("/stories/1")) == 1


def test_new_entries_are_condensed_and_known_ones_are_not_again(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_service, "_MIN_INTERVAL", 0.0)
    with serving(tmp_path, site) as client:
        before = read_until_ready(client, site)
        assert site.visits()[-1]["if-none-match"] == '"one"'
        assert site.visits()[-1]["if-modified-since"] == "Tue, 06 Jan 2026 10:00:00 GMT"
        site.stories.append(f"{STORY} It was the last report of all.")
        site.headers["ETag"] = '"two"'
        after = read_until_ready(client, site)
    with serving(tmp_path, site) as client:  # nothing is forgotten
        again = read_until_ready(client, site)
    assert [entry.id for entry in after.entries[1:]] == [entry.id for entry in before.entries]
    assert again.entries == after.entries
    assert [len(site.visits(f"/stories/{number}")) for number in range(4)] == [1, 1, 1, 1]


def test_a_feed_is_fetched_no_more_often_than_it_allows(tmp_path: Path, site: Site) -> None:
    with serving(tmp_path, site) as client:
        read_until_ready(client, site)
        read_until_ready(client, site)
    assert len(site.visits()) == 1


@pytest.mark.parametrize(
    ("stated", "headers", "seconds"),
    [
        (0, {}, 900),
        (7200, {"cache-control": "max-age=60"}, 7200),
        (0, {"cache-control": "public, max-age=1800"}, 1800),
        (1e9, {}, 86_400),
    ],
)
def test_the_longest_interval_that_is_stated_holds_within_limits(
    stated: float, headers: dict[str, str], seconds: float
) -> None:
    assert feed_service._interval(stated, headers) == seconds


def test_readers_get_304_until_something_changes(tmp_path: Path, site: Site) -> None:
    with serving(tmp_path, site) as client:
        read_until_ready(client, site)
        ask = {"url": site.address}
        whole = client.get("/v1/feed", params=ask)
        assert whole.headers["content-type"] == "application/atom+xml; charset=utf-8"
        etag, changed = whole.headers["etag"], whole.headers["last-modified"]
        for known in ({"If-None-Match": etag}, {"If-None-Match": f'"x", W/{etag}'}, {"If-Modified-Since": changed}):
            same = client.get("/v1/feed", params=ask, headers=known)
            assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
        # A reader that sends both is answered by the tag alone.
        other = {"If-None-Match": '"other"', "If-Modified-Since": changed}
        assert client.get("/v1/feed", params=ask, headers=other).status_code == 200
        old = {"If-Modified-Since": "Tue, 06 Jan 2026 10:00:00 GMT"}
        assert client.get("/v1/feed", params=ask, headers=old).status_code == 200
        assert client.head("/v1/feed", params=ask).headers["etag"] == etag


def test_readers_send_the_key_by_http_basic(tmp_path: Path, site: Site) -> None:
    with serving(tmp_path, site, api_keys="reader:se:cret") as client:
        missing = client.get("/v1/feed", params={"url": site.address})
        problem(missing, 401, "unauthorized")
        assert missing.headers["www-authenticate"].startswith("Basic ")
        assert client.get("/v1/models").headers["www-authenticate"] == "Bearer"
        miniflux = {
            "User-Agent": "Mozilla/5.0 (compatible; Miniflux/2.2.14; +https://miniflux.app)",
            "Accept": "application/xml, application/atom+xml, application/rss+xml, application/rdf+xml, "
            "application/feed+json",
            "Connection": "close",
        }
        asked = {"url": site.address}
        assert client.get("/v1/feed", params=asked, headers=miniflux, auth=("any", "se:cret")).status_code == 200
        freshrss = {
            "User-Agent": "FreshRSS/1.27.1 (Linux; https://freshrss.org)",
            "Accept": "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, "
            "text/xml;q=0.8, text/html;q=0.7, unknown/unknown;q=0.1, application/unknown;q=0.1, */*;q=0.1",
        }
        assert client.get("/v1/feed", params=asked, headers=freshrss, auth=("any", "se:cret")).status_code == 200
        for wrong in (("any", "wrong"), ("se:cret", "")):
            problem(client.get("/v1/feed", params=asked, auth=wrong), 401, "unauthorized")
        broken = client.get("/v1/feed", params=asked, headers={"Authorization": "Basic %%%"})
        problem(broken, 401, "unauthorized")


def test_only_the_newest_fifty_entries_are_shown_and_condensed(tmp_path: Path, site: Site) -> None:
    site.stories = [f"{STORY} It was report number {number}." for number in range(60)]
    with serving(tmp_path, site, job_lanes=0) as client:
        assert len(read(client, site).entries) == 50


def test_a_story_that_cannot_be_condensed_says_why_beside_the_publishers_summary(tmp_path: Path, site: Site) -> None:
    site.stories = ["", STORY]
    with serving(tmp_path, site) as client:
        ready = read_until_ready(client, site)
    content = ready.entries[1].content[0].value
    assert "<p>Short report 0.</p>" in content
    assert "not condensed: " in content


def test_a_feed_that_fails_keeps_its_entries(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_service, "_MIN_INTERVAL", 0.0)
    with serving(tmp_path, site) as client:
        before = read_until_ready(client, site)
        site.status = 500
        site.headers = {}
        assert read(client, site).entries == before.entries
        visits = len(site.visits())
        read(client, site)
        assert len(site.visits()) == visits, "it is left alone for a while"


def test_what_is_no_feed_or_not_to_be_fetched_is_refused(tmp_path: Path, site: Site) -> None:
    with serving(tmp_path, site) as client:
        page = site.address.replace("/feed", "/stories/1")
        assert "no feed" in problem(client.get("/v1/feed", params={"url": page}), 422, "invalid_request")
        assert "no feed" in problem(client.get("/v1/feed", params={"url": page}), 422, "invalid_request")
        problem(client.get("/v1/feed", params={"url": "http://10.0.0.1/"}), 424, "fetch_forbidden")
        problem(client.get("/v1/feed", params={"url": "file:///etc/passwd"}), 424, "fetch_forbidden")
        problem(client.get("/v1/feed"), 422, "invalid_request")
        site.status = 404
        problem(client.get("/v1/feed", params={"url": site.address}), 424, "fetch_failed")
