"""The decoder: a process in which OpenVINO GenAI decodes, a step at a time, for the writer that has started it.

In the service's own process OpenVINO GenAI would hold Python's lock for as long as a step takes, and nothing else would
run. Each line on standard input is a message ``{"add": [[row, [token, …], most], …], "cancel": [row, …]}``: rows are
added or given up, a step is taken, and a line is written with the rows that have ended in it, as
``[[row, [token, …]], …]``. The first line is written when the model is loaded. The process ends with its input.

``python -m standfirst_models.runtimes.openvino.decoding FOLDER``: the model, as ``graph`` has built it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from standfirst_models.runtimes.openvino.decoder import KEPT_TOKENS
from standfirst_models.runtimes.openvino.no_telemetry import openvino, openvino_genai
from standfirst_models.runtimes.text.chat import Chat

#: How many tokens OpenVINO keeps together on a processor.
_BLOCK = 32
#: What a writer says next mostly stands in its prompt, after the words that it has just written: so many tokens are
#: looked up there by so many, and checked in one step (prompt lookup decoding, Saxena 2023). The text is the same; one
#: article alone takes a fifth less time, many together no less.
_KNOWN, _GUESSED = 3, 3
#: Rows that are written at a time at most, and tokens that are read in one step: more of them are no faster.
_ROWS, _STEP = 64, 2048


class OpenVinoDecoder:
    """A model, and the rows that it writes."""

    def __init__(self, folder: Path) -> None:
        chat = Chat.load(folder)
        scheduling = openvino_genai.SchedulerConfig()
        scheduling.num_kv_blocks = KEPT_TOKENS // _BLOCK + _ROWS
        scheduling.max_num_seqs = _ROWS
        scheduling.max_num_batched_tokens = _STEP
        # Every prompt begins with the same words; what is kept of them need not be read again.
        scheduling.enable_prefix_caching = True
        # The tokenizer that goes with the model is not made: tokens come in and go out.
        nothing = openvino_genai.Tokenizer(folder)
        # Who shares out a machine's cores says with this how many are whose. torch heeds it; OpenVINO takes them all.
        threads = os.environ.get("OMP_NUM_THREADS", "")
        bounds = {"INFERENCE_NUM_THREADS": int(threads)} if threads.isdecimal() else {}
        self._pipeline = openvino_genai.ContinuousBatchingPipeline(
            folder, nothing, scheduling, "CPU", prompt_lookup=True, **bounds
        )
        self._ends = set(chat.ends)
        self._rows: dict[int, Any] = {}

    def add(self, row: int, tokens: Sequence[int], most: int) -> None:
        """Begin to write on after ``tokens``, the likeliest token each time, ``most`` at most."""
        asked = openvino_genai.GenerationConfig(max_new_tokens=most, do_sample=False, stop_token_ids=self._ends)
        asked.max_ngram_size, asked.num_assistant_tokens = _KNOWN, _GUESSED
        prompt = openvino.Tensor(np.array([tokens], dtype=np.int64))
        self._rows[row] = self._pipeline.add_request(row, prompt, asked)

    def cancel(self, row: int) -> None:
        """Give up a row that has not ended."""
        self._rows.pop(row).cancel()

    def step(self) -> list[tuple[int, list[int]]]:
        """Write on in every row; the rows that have ended with it, and their tokens."""
        if self._pipeline.has_non_finished_requests():
            self._pipeline.step()
        running = openvino_genai.GenerationStatus.RUNNING
        over = [row for row, handle in self._rows.items() if handle.get_status() != running]
        return [(row, self._rows.pop(row).read_all()[0].generated_ids) for row in over]


def serve(decoder: OpenVinoDecoder, messages: TextIO, answers: TextIO) -> None:
    """Answer each line of ``messages`` with one of ``answers``."""
    print([], file=answers, flush=True)
    for line in messages:
        message = json.loads(line)
        for row in message["cancel"]:
            decoder.cancel(row)
        for row, tokens, most in message["add"]:
            decoder.add(row, tokens, most)
        print(json.dumps(decoder.step()), file=answers, flush=True)


def main() -> None:
    """Run as its arguments say."""
    # What ends a whole group of processes is for the service, which still needs this one for what it has begun.
    for told_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told_to_end, signal.SIG_IGN)
    os.nice(5)  # who asks how the service is, or is refused, need not wait for a step
    # Whatever the library may print goes to standard error.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    serve(OpenVinoDecoder(Path(sys.argv[1])), sys.stdin, answers)


if __name__ == "__main__":
    main()
