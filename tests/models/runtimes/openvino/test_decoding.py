"""The child process in which OpenVINO decodes, and other threads while OpenVINO computes."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from standfirst_models.errors import InferenceFailed
from standfirst_models.protocols.writer import Prompt
from tests.models import tiny
from tests.models.runtimes.built import PROMPTS, ignore, never, openvino_encoder, openvino_writer

pytestmark = pytest.mark.model

pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")


def test_other_threads_run_during_a_pass_of_an_encoder(tmp_path: Path) -> None:
    from standfirst_models.runtimes.openvino.compiled import compiled

    openvino_encoder(tiny.save_bert(tmp_path))
    run = compiled(tmp_path / "openvino", exact=True)
    ids = np.full((1000, 256), 5)  # one long pass: other threads always run between two passes
    assert turns_during(lambda: run(ids, ids)) > 100


@pytest.mark.process
def test_other_threads_run_during_a_step_of_a_writer(tmp_path: Path) -> None:
    writer = openvino_writer(tiny.save_llama(tmp_path))
    prompts = [Prompt("Shorten this.", "Buses. " * 60, 4)] * 8
    assert turns_during(lambda: writer.write(prompts, never, ignore)) > 100


def turns_during(work: Callable[[], object]) -> int:
    """Return how often another thread runs during ``work``."""
    turns = 0
    over = threading.Event()

    def count() -> None:
        nonlocal turns
        while not over.is_set():
            turns += 1
            time.sleep(0)

    counting = threading.Thread(target=count)
    counting.start()
    work()
    over.set()
    counting.join()
    return turns


@pytest.mark.process
def test_a_killed_process_fails_its_call_and_the_next_call_starts_another(tmp_path: Path) -> None:
    writer = openvino_writer(tiny.save_llama(tmp_path))
    whole = writer.write(PROMPTS, never, ignore)
    process = writer._decoder._process  # type: ignore[attr-defined]

    def kill(_: int) -> bool:
        process.send_signal(signal.SIGKILL)
        return False

    with pytest.raises(InferenceFailed) as failed:
        writer.write(PROMPTS, kill, ignore)
    assert process.returncode == -signal.SIGKILL, f"it is a zombie as long as this is kept: {failed.value}"
    assert writer.write(PROMPTS, never, ignore) == whole


@pytest.mark.process
def test_the_process_ends_with_its_writer(tmp_path: Path) -> None:
    writer = openvino_writer(tiny.save_llama(tmp_path))
    pid = writer._decoder._process.pid  # type: ignore[attr-defined]
    del writer
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.process
@pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="the machine has only one core")
def test_the_process_uses_no_more_threads_than_omp_num_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def threads(folder: Path) -> int:
        folder.mkdir()
        writer = openvino_writer(tiny.save_llama(folder))
        writer.write(PROMPTS, never, ignore)
        return len(os.listdir(f"/proc/{writer._decoder._process.pid}/task"))  # type: ignore[attr-defined]

    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    of_all = threads(tmp_path / "all")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert threads(tmp_path / "one") < of_all
