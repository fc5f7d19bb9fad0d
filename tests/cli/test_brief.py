"""``standfirst brief``: an article on a file, a page or standard input becomes a briefing."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from standfirst.cli import main
from tests.models.remote.chat_server import ChatServer, completion


def test_a_file_becomes_a_briefing_as_text(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["brief", str(story), "--points", "2", "--title", "Bridge to close"]) == 0
    shown = capsys.readouterr().out
    headline, standfirst, _ = shown.split("\n\n")
    assert headline == "Bridge to close"
    assert "Old Mill bridge" in standfirst
    assert shown.count("\n- ") == 2


def test_json_has_the_form_of_the_http_api(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["brief", str(story), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert {"id", "headline", "standfirst", "points", "article", "coverage", "model", "cached", "timing_ms"} == set(
        result
    )


def test_html_on_standard_input_is_read_as_a_page(
    pages: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = pages / "bridge.html"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(page.read_bytes())))
    assert main(["brief", "--markdown"]) == 0
    title = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))["title"]
    assert capsys.readouterr().out.startswith(f"# {title}\n")


@pytest.mark.parametrize("content", [bytes(range(256)), b"\x7fELF\0\0\0", b"caf\xe9 au lait"])
def test_a_binary_file_is_refused(tmp_path: Path, content: bytes, fails: Callable[..., str]) -> None:
    (tmp_path / "binary").write_bytes(content)
    assert "UTF-8" in fails("brief", str(tmp_path / "binary"))


def test_an_empty_file_is_refused(tmp_path: Path, fails: Callable[..., str]) -> None:
    (tmp_path / "empty").touch()
    assert "white space" in fails("brief", str(tmp_path / "empty"))


def test_a_missing_file_is_named(tmp_path: Path, fails: Callable[..., str]) -> None:
    assert "nothing.txt" in fails("brief", str(tmp_path / "nothing.txt"))


def test_a_private_address_is_refused(fails: Callable[..., str]) -> None:
    assert "does not fetch from" in fails("brief", "http://127.0.0.1/")


def test_a_missing_model_is_reported_with_the_command_that_fetches_it(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: Callable[..., str]
) -> None:
    monkeypatch.setenv("STANDFIRST_MODELS_DIR", str(tmp_path / "none"))
    assert "standfirst models pull standfirst-135m" in fails("brief", str(story))


def test_an_unknown_writer_is_reported_with_the_known_ones(
    story: Path, monkeypatch: pytest.MonkeyPatch, fails: Callable[..., str]
) -> None:
    monkeypatch.setenv("STANDFIRST_WRITER", "no such")
    assert "standfirst-135m" in fails("brief", str(story))


def test_a_writer_behind_a_server_is_used(
    story: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with ChatServer(lambda _: completion("The mayor of Harwick was arrested on Friday.")) as server:
        monkeypatch.setenv("STANDFIRST_WRITER", server.name)
        monkeypatch.setenv("STANDFIRST_WRITER_KEY", "a-secret")
        assert main(["brief", str(story), "--json"]) == 0
    shown = capsys.readouterr()
    result = json.loads(shown.out)
    assert (result["model"]["writer"], result["model"]["runtime"]) == ("a-model", "openai")
    assert {sentence["origin"] for sentence in (*result["standfirst"], *result["points"])} <= {"quoted", "shortened"}
    assert server.chats
    assert "a-secret" not in shown.out + shown.err


def test_a_server_that_does_not_answer_is_reported_in_one_line(
    story: Path, monkeypatch: pytest.MonkeyPatch, fails: Callable[..., str]
) -> None:
    with ChatServer() as server:
        monkeypatch.setenv("STANDFIRST_WRITER", server.name)
    assert "cannot be connected to" in fails("brief", str(story))
