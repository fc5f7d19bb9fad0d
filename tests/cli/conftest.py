"""The embedded models, a story in a file, and a command that must fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from standfirst.cli import main

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


@pytest.fixture
def fails(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command that must fail, and return its one line on standard error."""

    def run(*arguments: str) -> str:
        assert main(arguments) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.count("\n") == 1
        assert captured.err.startswith("standfirst: ")
        return captured.err

    return run
