"""The command: what is asked for on standard output, what goes wrong in one line on standard error."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from standfirst.cli import main
from tests.models.remote.chat_server import ChatServer, completion

STORY = Path(__file__).parents[2] / "service/standfirst/sample.json"


@pytest.fixture(autouse=True)
def models(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDFIRST_MODELS_DIR", str(models_dir))
    monkeypatch.setenv("STANDFIRST_OFFLINE", "1")


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(json.loads(STORY.read_text())["text"], encoding="utf-8")
    return path


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must fail; its one line."""
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("standfirst: ")
    return captured.err


def test_a_file_becomes_a_briefing_to_read(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["brief", str(story), "--points", "2", "--title", "Bridge to close"]) == 0
    shown = capsys.readouterr().out
    headline, standfirst, _ = shown.split("\n\n")
    assert headline == "Bridge to close"
    assert "Old Mill bridge" in standfirst
    assert shown.count("\n- ") == 2


def test_json_is_what_the_service_answers(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["brief", str(story), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"id", "headline", "standfirst", "points", "article", "coverage", "model", "cached", "timing_ms"} == set(
        told
    )


def test_a_batch_has_one_line_for_each_article_and_goes_on_where_it_ended(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed, results = tmp_path / "list.txt", tmp_path / "results.jsonl"
    other = tmp_path / "other.txt"
    other.write_text(story.read_text(encoding="utf-8").replace("Harwick", "Marlow"), encoding="utf-8")
    names = [str(story), str(tmp_path / "none.txt"), "http://127.0.0.1/", str(other)]
    listed.write_text("\n\n".join(names) + "\n", encoding="utf-8")
    assert "2 of the articles" in fails(capsys, "brief", "--batch", str(listed), "--out", str(results))
    whole = results.read_bytes()
    lines = {told["index"]: told for told in map(json.loads, whole.splitlines())}
    assert [lines[index]["source"] for index in range(4)] == names
    assert [lines[index].get("error", {}).get("code") for index in range(4)] == [
        None,
        "invalid_request",
        "fetch_forbidden",
        None,
    ]
    assert lines[3]["briefing"]["headline"] is not None

    # Ended in the middle of its second line: that one and what follows are done again, and nothing else is.
    first_line = whole.index(b"\n") + 1
    results.write_bytes(whole[: first_line + 20])
    assert "2 of the articles" in fails(capsys, "brief", "--batch", str(listed), "--out", str(results))
    again = results.read_bytes()
    assert again.startswith(whole[:first_line])
    assert sorted(json.loads(line)["index"] for line in again.splitlines()) == [0, 1, 2, 3]

    listed.write_text(f"{other}\n{story}\n", encoding="utf-8")
    assert "another list" in fails(capsys, "brief", "--batch", str(listed), "--out", str(results))
    assert results.read_bytes() == again


def test_html_on_standard_input_is_read_as_a_page(
    pages: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = pages / "bridge.html"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(page.read_bytes())))
    assert main(["brief", "--markdown"]) == 0
    title = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))["title"]
    assert capsys.readouterr().out.startswith(f"# {title}\n")


def test_a_summary_is_held_against_its_article(story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("- Buses 4 and 11 will be sent over the ring road.\n- The work will cost £3.4m.\n", "utf-8")
    assert main(["verify", str(story), str(summary)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line[6:] for line in shown if line[0].isdigit()] == [
        "Buses 4 and 11 will be sent over the ring road.",
        "The work will cost £3.4m.",
        "on the whole",
    ]
    assert any("£3.4m" in line for line in shown if line.startswith("      - "))
    assert main(["verify", str(story), str(summary), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["sentences"]) == 2


def test_briefings_are_evaluated_on_a_file_of_articles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data.jsonl"
    sample = json.loads(STORY.read_text())
    data.write_text(json.dumps(sample | {"reference": sample["text"][:300], "systems": {"lead": sample["text"][:136]}}))
    assert main(["evaluate", str(data), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["systems"]) == {"standfirst", "quoted only", "lead-3", "lead"}
    assert told["systems"]["standfirst"]["backed"] == 1.0
    assert told["systems"]["standfirst"]["unsupported_entities"] == 0
    assert told["systems"]["lead"]["rouge"]["rouge1"]["value"] > 0


def test_a_file_to_evaluate_that_holds_no_articles_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data.jsonl").write_text('{"title": "No text"}')
    assert "line 1: text" in fails(capsys, "evaluate", str(tmp_path / "data.jsonl"))


def test_article_and_summary_cannot_share_standard_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert "standard input" in fails(capsys, "verify", "-", "-")


def test_a_summary_without_a_word_is_refused(story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").touch()
    assert "summary" in fails(capsys, "verify", str(story), str(tmp_path / "empty"))


@pytest.mark.parametrize("content", [bytes(range(256)), b"\x7fELF\0\0\0", b"caf\xe9 au lait"])
def test_a_binary_file_is_refused(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "binary").write_bytes(content)
    assert "UTF-8" in fails(capsys, "brief", str(tmp_path / "binary"))


def test_an_empty_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").touch()
    assert "white space" in fails(capsys, "brief", str(tmp_path / "empty"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "nothing.txt" in fails(capsys, "brief", str(tmp_path / "nothing.txt"))


def test_an_address_inside_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "does not fetch from" in fails(capsys, "brief", "http://127.0.0.1/")


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("STANDFIRST_PORT", "eighty")
    assert "STANDFIRST_PORT" in fails(capsys, "serve")


def test_the_world_is_not_served_without_keys(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STANDFIRST_HOST", "0.0.0.0")
    assert "STANDFIRST_API_KEYS" in fails(capsys, "serve")


def test_a_missing_model_offline_says_which_command_fetches_it(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STANDFIRST_MODELS_DIR", str(tmp_path / "none"))
    assert "standfirst models pull all-minilm-l6-v2" in fails(capsys, "brief", str(story))


def test_an_unknown_writer_is_told_with_those_there_are(
    story: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STANDFIRST_WRITER", "no such")
    assert "standfirst-135m" in fails(capsys, "brief", str(story))


def test_models_are_listed_and_verified(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0
    assert "standfirst-135m" in capsys.readouterr().out
    assert main(["models", "verify"]) == 0
    assert capsys.readouterr().out.count(": sound") == 2


def test_wrong_usage_ends_with_status_two() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["brief", "--points", "eleven"])
    assert ended.value.code == 2


def test_a_writer_behind_a_server_writes_for_the_command(
    story: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with ChatServer(lambda _: completion("The mayor of Harwick was arrested on Friday.")) as server:
        monkeypatch.setenv("STANDFIRST_WRITER", server.name)
        monkeypatch.setenv("STANDFIRST_WRITER_KEY", "a-secret")
        assert main(["brief", str(story), "--json"]) == 0
    shown = capsys.readouterr()
    told = json.loads(shown.out)
    assert (told["model"]["writer"], told["model"]["runtime"]) == ("a-model", "openai")
    assert {sentence["origin"] for sentence in (*told["standfirst"], *told["points"])} == {"quoted"}
    assert server.chats
    assert "a-secret" not in shown.out + shown.err


@pytest.mark.parametrize("action", ["list", "pull", "verify"])
def test_of_a_writer_behind_a_server_nothing_is_fetched_or_held_against_a_hash(
    action: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STANDFIRST_WRITER", "openai:http://127.0.0.1:9/v1#a-model")
    assert main(["models", action]) == 0
    shown = capsys.readouterr().out
    assert "a-model: served by http://127.0.0.1:9, nothing of it is kept here" in shown
    assert "all-minilm-l6-v2" in shown


def test_a_writers_server_that_does_not_answer_and_is_to_name_its_model_is_told_of_in_one_line(
    story: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with ChatServer() as server:
        monkeypatch.setenv("STANDFIRST_WRITER", server.name)
    assert "cannot be connected to" in fails(capsys, "brief", str(story))
