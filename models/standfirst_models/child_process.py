"""A child process that ends with its block or with this process, whichever is first."""

from __future__ import annotations

import atexit
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager


@contextmanager
def child_process(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run ``command`` with its standard error in a pipe. It is terminated if the block raises or this process ends.

    The second case matters if the block runs in a thread that nobody waits for.
    """
    with subprocess.Popen(  # noqa: S603 - callers pass fixed commands
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
