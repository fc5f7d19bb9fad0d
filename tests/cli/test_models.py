"""``standfirst models``: the weights in the cache."""

from __future__ import annotations

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
