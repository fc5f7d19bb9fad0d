"""The child process in which OpenVINO GenAI decodes, as its parent sees it.

This module does not import transformers: the child loads its model while the parent still imports it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any

from standfirst_models.errors import InferenceFailed

#: The most tokens of all rows together whose keys and values are kept: memory beyond that is never read again.
CACHED_TOKENS = 4_096


class DecoderProcess:
    """A process that runs ``decoding`` on the model in ``folder``. It ends with this object and with this process."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "standfirst_models.runtimes.openvino.decoding", str(folder)]
        self._process = subprocess.Popen(  # noqa: S603 - a fixed command
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        weakref.finalize(self, _end, self._process)
        self._is_ready = False

    def ready(self) -> None:
        """Wait until the model is loaded. Raises ``InferenceFailed`` if the process ends before."""
        if not self._is_ready:
            self._receive()
            self._is_ready = True

    def request(self, message: object) -> Any:
        """Send ``message`` and return the answer. Raises ``InferenceFailed`` if the process has ended."""
        self.ready()
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        try:
            print(json.dumps(message), file=self._process.stdin, flush=True)
        except OSError as error:
            raise InferenceFailed("The process in which OpenVINO runs has ended.") from error
        return self._receive()

    def _receive(self) -> Any:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        line = self._process.stdout.readline()
        if not line:
            # Reaped here: the error may keep this object for long, and a zombie would stay as long.
            self._process.kill()
            self._process.wait()
            raise InferenceFailed("The process in which OpenVINO runs has ended.")
        return json.loads(line)


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()
