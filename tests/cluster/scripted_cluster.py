"""The cluster with scripted models, as Ray imports it. Files and names in an article control its writer.

For an article about *Heldham…* the writer creates a file named after its process when it begins, and writes when
another file exists. *Faultham* makes it fail, and *Killham* ends its process.
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
from tests.application.scripted_engines import scripted_engines
from tests.models.scripted import ScriptedWriter


class ControlledWriter(ScriptedWriter):
    """A writer that is controlled by files in ``folder``."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], finished: Callable[[int, str], None]
    ) -> list[str]:
        """Write, or wait or fail as the article says."""
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
    """Return engines whose writer uses the service's folder. Each process that opens them creates a file there."""
    folder = Settings().data_dir
    (folder / f"opened {os.getpid()}").touch()
    return scripted_engines(ControlledWriter(folder))


def app(_: dict[str, str]) -> Application:
    """Return the application for ``serve run``."""
    return deploy(engines)
