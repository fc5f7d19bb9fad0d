"""A child process that does not outlive this one: not even where a thread waits for it that nobody waits for."""

from __future__ import annotations

import atexit
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager


@contextmanager
def child(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run ``command``, whose errors can be read; it is ended when the block or this process ends."""
    with subprocess.Popen(  # noqa: S603 - who calls this passes fixed commands
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        atexit.register(process.terminate)
        try:
            yield process
        except BaseException:
            process.terminate()
            raise
        finally:
            atexit.unregister(process.terminate)
