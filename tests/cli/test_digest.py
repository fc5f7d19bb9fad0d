"""``standfirst digest``: feeds, lists and files on loopback, with the embedded models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from standfirst.cli import main
from tests.api.scripted_service import STORY
from tests.reports import OTHER, RIVAL

PAGE = "<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"


class _Site:
    """A site on loopback, which records the paths of requests."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                kind, content = site.pages.get(self.path, ("", ""))
                self.send_response(200 if kind else 404)
                self.send_header("Content-Type", kind or "text/html")
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def site(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Site]:
    served = _Site()
    monkeypatch.setenv("STANDFIRST_MODELS_DIR", str(models_dir))
    monkeypatch.setenv("STANDFIRST_OFFLINE", "1")
    monkeypatch.setenv("STANDFIRST_FETCH_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("STANDFIRST_FETCH_PORTS", served.root.rpartition(":")[2])
    for name, title, text in (
        ("/bridge", "Harwick bridge to close", STORY),
        ("/rival", "Old Mill bridge in Harwick to close for nine months", RIVAL),
        ("/whale", "Museum buys whale", OTHER),
    ):
        served.pages[name] = ("text/html", PAGE.format(title=title, text=text))
    links = "".join(
        f"<item><title>{name[1:]}</title><link>{served.root}{name}</link>"
        f"<pubDate>Tue, 0{day} Jan 2026 10:00:00 GMT</pubDate></item>"
        for day, name in enumerate(("/whale", "/rival", "/bridge"), start=1)
    )
    served.pages["/rss"] = ("application/rss+xml", f"<rss version='2.0'><channel>{links}</channel></rss>")
    thread = Thread(target=served.server.serve_forever, daemon=True)
    thread.start()
    yield served
    served.server.shutdown()
    served.server.server_close()
    thread.join()


def test_the_articles_of_a_feed_are_grouped_by_story(site: _Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["digest", site.root + "/rss", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    paths = ("/bridge", "/rival", "/whale")
    assert [article["url"] for article in told["articles"]] == [site.root + path for path in paths]
    assert [sorted(story["articles"]) for story in told["stories"]] == [[0, 1], [2]]
    assert sorted(site.asked) == sorted(["/rss", *paths])


def test_opml_lists_and_files_are_read_and_failures_are_reported(
    site: _Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opml, story, listed = tmp_path / "feeds.opml", tmp_path / "story.txt", tmp_path / "list.txt"
    urls = (site.root + "/rss", site.root + "/none", "http://10.0.0.1/feed")
    opml.write_text("<opml><body>" + "".join(f"<outline xmlUrl='{url}'/>" for url in urls) + "</body></opml>")
    story.write_text(STORY, encoding="utf-8")
    listed.write_text(f"{story}\n{site.root}/missing\n", encoding="utf-8")
    assert main(["digest", str(opml), str(listed), "--max", "1", "--html"]) == 0
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 2
    assert f"{site.root}/none: " in captured.err
    assert "http://10.0.0.1/feed: " in captured.err
    assert f"{site.root}/missing: The page answered with status 404" in captured.out
    assert "1 story from 2 articles" in captured.out
    assert "/rival" not in site.asked, "more entries were fetched than were asked for"


def test_an_article_whose_first_paragraph_is_too_long_for_a_file_name_is_no_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = tmp_path / "story.txt"
    story.write_text(STORY.replace(". ", ", and ", 2) + "\n", encoding="utf-8")
    assert max(map(len, story.read_text(encoding="utf-8").splitlines())) > 255
    assert main(["digest", str(story)]) == 0
    assert "Harwick council" in capsys.readouterr().out


def test_a_digest_without_a_story_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.txt").write_text(" ", encoding="utf-8")
    assert main(["digest", str(tmp_path / "empty.txt")]) == 1
    captured = capsys.readouterr()
    assert "white space" in captured.out
    assert captured.err == "standfirst: None of the articles could be condensed.\n"


def test_a_missing_source_is_reported_in_one_line(site: _Site, capsys: pytest.CaptureFixture[str]) -> None:
    for source in (site.root + "/none", "no-such-file.xml", "http://10.0.0.1/feed"):
        assert main(["digest", source]) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.count("\n") == 1
        assert captured.err.startswith("standfirst: ")
