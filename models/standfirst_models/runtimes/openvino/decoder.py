"""The decoder as seen from here: the process of ``decoding``, which answers each line with a line.

Knows no transformers: the process loads its model while this one still imports them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any

from standfirst_models.errors import InferenceFailed

#: How many tokens are kept, of all rows together: more of them are memory that is never read again.
KEPT_TOKENS = 4_096


class Decoder:
    """A process that decodes with the model in ``folder``. It ends with this object, and with this process."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "standfirst_models.runtimes.openvino.decoding", str(folder)]
        self._popen = subprocess.Popen(  # noqa: S603 - a fixed command
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        weakref.finalize(self, _end, self._popen)
        self._is_ready = False

    def ready(self) -> None:
        """Wait until the model is loaded. Raises ``InferenceFailed`` where it cannot be."""
        if not self._is_ready:
            self._answer()
            self._is_ready = True

    def ask(self, message: object) -> Any:
        """The answer to ``message``. Raises ``InferenceFailed`` where the process has ended."""
        self.ready()
        assert self._popen.stdin is not None  # noqa: S101 - it is a pipe
        try:
            print(json.dumps(message), file=self._popen.stdin, flush=True)
        except OSError as error:
            raise InferenceFailed("The process in which OpenVINO runs has ended.") from error
        return self._answer()

    def _answer(self) -> Any:
        assert self._popen.stdout is not None  # noqa: S101 - it is a pipe
        line = self._popen.stdout.readline()
        if not line:
            raise InferenceFailed("The process in which OpenVINO runs has ended.")
        return json.loads(line)


def _end(popen: subprocess.Popen[str]) -> None:
    popen.kill()
    popen.communicate()
