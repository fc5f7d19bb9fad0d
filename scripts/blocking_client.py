"""Generate the blocking client from the asynchronous one with unasync: ``make client``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import unasync

CLIENT = Path(__file__).parents[1] / "service/standfirst/client"
_SOURCE, _TARGET = "asynchronous.py", "blocking.py"
_HEADING = '"""The blocking client. Generated from ``asynchronous.py`` by ``make client``: edit that file."""\n'

#: What unasync does not replace by itself.
_REPLACEMENTS = {
    "AbstractAsyncContextManager": "AbstractContextManager",
    "AsyncClient": "Client",
    "AsyncStandfirstClient": "StandfirstClient",
    "aclose": "close",
    "aclosing": "closing",
    "aiter_lines": "iter_lines",
    "aread": "read",
    "asyncio": "time",
}


def generate() -> str:
    """Return the source of the blocking client, formatted by ruff."""
    with TemporaryDirectory() as folder:
        source = shutil.copy(CLIENT / _SOURCE, folder)
        unasync.unasync_files([source], [unasync.Rule(_SOURCE, _TARGET, _REPLACEMENTS)])
        _, _, body = (Path(folder) / _TARGET).read_text(encoding="utf-8").partition("\n")
    code = _HEADING + body
    for arguments in (["check", "--quiet", "--select=I,UP028", "--fix", "--unsafe-fixes"], ["format"]):
        command = [sys.executable, "-m", "ruff", *arguments, f"--stdin-filename={CLIENT / _TARGET}", "-"]
        code = subprocess.run(command, input=code, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return code


if __name__ == "__main__":
    (CLIENT / _TARGET).write_text(generate(), encoding="utf-8")
