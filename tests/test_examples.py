"""The examples of the documents do what they are there for: each is run, against a service."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from playwright.sync_api import sync_playwright

from standfirst_models.scripted import ScriptedWriter
from tests.api.running_service import running
from tests.api.scripted_service import STORY

_DOCS = Path(__file__).parents[1] / "docs"
_ADDRESS = "http://127.0.0.1:8000"


def examples(language: str) -> list[ParameterSet]:
    """Every example in that language, named for the document that it stands in and its number there."""
    block = re.compile(rf"^```{language}\n(.*?)^```$", re.DOTALL | re.MULTILINE)
    return [
        pytest.param(example, id=f"{document.stem} {number}")
        for document in sorted(_DOCS.glob("*.md"))
        for number, example in enumerate(block.findall(document.read_text(encoding="utf-8")), 1)
    ]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A service, and beside it the files that the examples speak of."""
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "story.json").write_text(json.dumps({"text": STORY}), encoding="utf-8")
    with running(tmp_path / "data", ScriptedWriter()) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("example", examples("bash"))
def test_what_is_to_be_typed_into_a_shell_works(address: str, tmp_path: Path, example: str) -> None:
    script = f"set -euo pipefail\n{example.replace(_ADDRESS, address)}"
    ran = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()
    expected = "fetch_forbidden" if "169.254" in example else ""
    assert expected in ran.stdout
    assert ('"code"' in ran.stdout) == bool(expected), ran.stdout


@pytest.mark.parametrize("example", examples("python"))
def test_python_examples_print_what_they_promise(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str
) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE")  # a client of the hub's speaks to nobody then, not even to this service
    script = example.replace(_ADDRESS, address)
    ran = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert ran.returncode == 0, ran.stderr
    assert "Harwick council voted" in ran.stdout


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no browser: install Debian's package chromium")
@pytest.mark.parametrize("example", examples("js"))
def test_javascript_examples_tell_of_each_sentence(address: str, example: str) -> None:
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.goto(address)
        page.locator("#source").fill(STORY)
        page.evaluate(f"async () => {{ {example.replace(_ADDRESS, address)} }}")
        browser.close()
    assert any(line.startswith("standfirst Harwick council voted") for line in said)
