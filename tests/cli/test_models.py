"""``standfirst models``: the weights in the cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from standfirst.cli import main


def test_models_are_listed_and_verified(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0
    assert "standfirst-135m" in capsys.readouterr().out
    assert main(["models", "verify"]) == 0
    assert capsys.readouterr().out.count(": sound") == 3


@pytest.mark.parametrize("action", ["list", "pull", "verify"])
def test_a_writer_behind_a_server_has_no_weights_here(
    action: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STANDFIRST_WRITER", "openai:http://127.0.0.1:9/v1#a-model")
    assert main(["models", action]) == 0
    shown = capsys.readouterr().out
    assert "a-model: served by http://127.0.0.1:9, nothing of it is kept here" in shown
    assert "all-minilm-l6-v2" in shown


def test_the_larger_verifier_is_fetched_when_it_is_named_and_offline_the_error_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STANDFIRST_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("STANDFIRST_OFFLINE", "1")
    assert main(["models", "pull", "reader-110m"]) == 1
    assert "standfirst models pull reader-110m" in capsys.readouterr().err


def test_an_unknown_verifier_is_an_error_that_names_the_known_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STANDFIRST_VERIFIER", "bert-base")
    assert main(["models", "verify"]) == 1
    assert "standfirst-verifier, reader-110m" in capsys.readouterr().err


def test_a_writer_in_a_folder_of_the_users_has_no_hashes_to_verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    monkeypatch.setenv("STANDFIRST_WRITER", str(tmp_path / "mine"))
    assert main(["models", "verify"]) == 0
    shown = capsys.readouterr().out
    assert "mine: a folder of yours, which has no hashes" in shown
    assert shown.count(": sound") == 2
