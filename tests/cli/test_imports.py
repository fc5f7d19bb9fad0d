"""The imports of the command: what it does not need it does not load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

_CHECK = """
import sys
import standfirst.wiring
from standfirst.cli import main
from tests.application.scripted_engines import scripted_engines

standfirst.wiring.open_engines = lambda *_, **__: scripted_engines()
try:
    status = main(sys.argv[1:])
except SystemExit as end:
    status = end.code
print(status, sorted({"fastapi", "starlette", "standfirst.api"} & set(sys.modules)))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["STORY"], ["STORY", "--json"], ["--batch", "LIST", "--out", "OUT"]])
def test_brief_imports_no_web_framework(arguments: list[str], tmp_path: Path) -> None:
    story = tmp_path / "STORY"
    story.write_text("The council voted on Tuesday to close the bridge. The work will take nine months.", "utf-8")
    (tmp_path / "LIST").write_text(f"{story}\n", "utf-8")
    paths = [str(tmp_path / one) if one.isupper() else one for one in arguments]
    ended = subprocess.run(
        [sys.executable, "-c", _CHECK, "brief", *paths], capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.stdout.splitlines()[-1:] == ["0 []"], ended.stderr


def test_the_wiring_leaves_spacy_to_the_parsers_thread() -> None:
    code = "import sys, standfirst.wiring; print('spacy' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert ended.stdout == "False\n"
