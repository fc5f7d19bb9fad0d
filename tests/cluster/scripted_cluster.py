"""The cluster with scripted models, as Ray imports it: what its writer does is told by files, and by names in a story.

Of *Heldham* and whatever follows it the writer tells when it has begun, in a file that is named for its process, and
writes when there is a file that lets it go; *Faultham* makes it fail, *Killham* ends its process.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ray.serve import Application

from standfirst.application.engines import Engines
from standfirst.cluster.deployments import deploy
from standfirst.settings import Settings
from standfirst_models.protocols.writer import Prompt
from standfirst_models.scripted import ScriptedWriter
from tests.application.scripted_engines import scripted_engines


class ToldWriter(ScriptedWriter):
    """A writer that tells and is told by the files of ``folder``."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], finished: Callable[[int, str], None]
    ) -> list[str]:
        """As in ``Writer``."""
        words = " ".join(prompt.passage for prompt in prompts)
        if "Faultham" in words:
            raise RuntimeError(words)
        if "Killham" in words:
            os.kill(os.getpid(), signal.SIGKILL)
        for held in re.findall(r"Heldham\w+", words)[:1]:
            (self._folder / f"{held} begun {os.getpid()}").touch()
            while not (self._folder / f"{held} go").exists():
                if all(cancelled(row) for row in range(len(prompts))):
                    (self._folder / f"{held} given up").touch()
                    break
                time.sleep(0.01)
        return super().write(prompts, cancelled, finished)


def engines() -> Engines:
    """Engines whose writer finds its files in the service's folder. Each process that opens them says so there."""
    folder = Settings().data_dir
    (folder / f"opened {os.getpid()}").touch()
    return scripted_engines(ToldWriter(folder))


def app(_: dict[str, str]) -> Application:
    """The cluster, as Ray Serve asks for it."""
    return deploy(engines)
