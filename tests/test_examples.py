"""The examples in the documents, each run against a service with scripted models."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from playwright.sync_api import Browser

from tests.api.running_service import running
from tests.api.scripted_service import STORY
from tests.models.scripted import ScriptedWriter

_DOCS = Path(__file__).parents[1] / "docs"
_ADDRESS = "http://127.0.0.1:8000"


def examples(language: str) -> list[ParameterSet]:
    """Return the examples in ``language``, named by document and number."""
    block = re.compile(rf"^```{language}\n(.*?)^```$", re.DOTALL | re.MULTILINE)
    return [
        pytest.param(example, id=f"{document.stem} {number}")
        for document in sorted(_DOCS.glob("*.md"))
        for number, example in enumerate(block.findall(document.read_text(encoding="utf-8")), 1)
    ]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Run a service in a folder with the files that the examples use."""
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "story.json").write_text(json.dumps({"text": STORY}), encoding="utf-8")
    with running(tmp_path / "data", ScriptedWriter()) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.process
@pytest.mark.parametrize("example", examples("bash"))
def test_shell_examples_succeed(address: str, tmp_path: Path, example: str) -> None:
    script = f"set -euo pipefail\n{example.replace(_ADDRESS, address)}"
    ran = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()
    expected = "fetch_forbidden" if "169.254" in example else ""
    assert expected in ran.stdout
    assert ('"code"' in ran.stdout) == bool(expected), ran.stdout


@pytest.mark.process
@pytest.mark.parametrize("example", examples("python"))
def test_python_examples_print_the_briefing(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str
) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE")  # it would also keep the hub's client from this service
    script = example.replace(_ADDRESS, address)
    ran = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert ran.returncode == 0, ran.stderr
    assert "Harwick council voted" in ran.stdout


@pytest.mark.parametrize("example", examples("js"))
def test_javascript_examples_log_each_sentence(browser: Browser, address: str, example: str) -> None:
    lines: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: lines.append(message.text))
    page.goto(address)
    page.locator("#source").fill(STORY)
    page.evaluate(f"async () => {{ {example.replace(_ADDRESS, address)} }}")
    page.close()
    assert any(line.startswith("standfirst Harwick council voted") for line in lines)
