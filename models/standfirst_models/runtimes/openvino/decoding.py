"""The decoder: a child process in which OpenVINO GenAI decodes, one step for each message of its parent.

In the service's own process OpenVINO GenAI would hold Python's lock for a whole step, and nothing else would run.

Each line on standard input is a message ``{"add": [[row, [token, …], most], …], "cancel": [row, …]}``. The process adds
and cancels these rows, takes one step, and writes a line with the rows that have ended in it, as
``[[row, [token, …]], …]``. It writes a first line once the model is loaded, and ends when its input ends.

``python -m standfirst_models.runtimes.openvino.decoding FOLDER``, where ``graph`` has built the model in FOLDER.
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

from standfirst_models.runtimes.openvino.decoder_process import CACHED_TOKENS
from standfirst_models.runtimes.openvino.no_telemetry import openvino, openvino_genai
from standfirst_models.runtimes.text.chat import Chat

#: The tokens of one block of OpenVINO's cache on a processor.
_BLOCK = 32
#: Prompt lookup decoding (Saxena 2023): a writer's next words often stand in its prompt, after the words it has just
#: written. The last 3 tokens are looked up there, and the 3 that follow are checked in one step. The text is the same;
#: one article alone takes a fifth less time, and many together no less.
_LOOKUP_TOKENS, _GUESSED_TOKENS = 3, 3
#: The most rows at a time, and the most tokens that are read in one step: more are no faster.
_ROWS, _STEP_TOKENS = 64, 2048


class Decoder:
    """A model and the rows that it decodes."""

    def __init__(self, folder: Path) -> None:
        chat = Chat.load(folder)
        scheduling = openvino_genai.SchedulerConfig()
        scheduling.num_kv_blocks = CACHED_TOKENS // _BLOCK + _ROWS
        scheduling.max_num_seqs = _ROWS
        scheduling.max_num_batched_tokens = _STEP_TOKENS
        # Every prompt begins with the same words: they are read once.
        scheduling.enable_prefix_caching = True
        # An empty tokenizer: the parent sends and receives tokens.
        tokenizer = openvino_genai.Tokenizer(folder)
        # A program that divides a machine's cores sets this variable. torch follows it; OpenVINO does not.
        threads = os.environ.get("OMP_NUM_THREADS", "")
        limits = {"INFERENCE_NUM_THREADS": int(threads)} if threads.isdecimal() else {}
        self._pipeline = openvino_genai.ContinuousBatchingPipeline(
            folder, tokenizer, scheduling, "CPU", prompt_lookup=True, **limits
        )
        self._ends = set(chat.ends)
        self._rows: dict[int, Any] = {}

    def add(self, row: int, tokens: Sequence[int], most: int) -> None:
        """Begin to continue ``tokens`` greedily, by at most ``most`` tokens."""
        config = openvino_genai.GenerationConfig(max_new_tokens=most, do_sample=False, stop_token_ids=self._ends)
        config.max_ngram_size, config.num_assistant_tokens = _LOOKUP_TOKENS, _GUESSED_TOKENS
        prompt = openvino.Tensor(np.array([tokens], dtype=np.int64))
        self._rows[row] = self._pipeline.add_request(row, prompt, config)

    def cancel(self, row: int) -> None:
        """Stop a row that has not ended."""
        self._rows.pop(row).cancel()

    def step(self) -> list[tuple[int, list[int]]]:
        """Take one step in every row. Return the rows that have ended, with their new tokens."""
        if self._pipeline.has_non_finished_requests():
            self._pipeline.step()
        running = openvino_genai.GenerationStatus.RUNNING
        ended = [row for row, handle in self._rows.items() if handle.get_status() != running]
        return [(row, self._rows.pop(row).read_all()[0].generated_ids) for row in ended]


def serve(decoder: Decoder, messages: TextIO, answers: TextIO) -> None:
    """Answer each line of ``messages`` with one line of ``answers``."""
    print([], file=answers, flush=True)
    for line in messages:
        message = json.loads(line)
        for row in message["cancel"]:
            decoder.cancel(row)
        for row, tokens, most in message["add"]:
            decoder.add(row, tokens, most)
        print(json.dumps(decoder.step()), file=answers, flush=True)


def main() -> None:
    """Serve the model in the folder that is the first argument."""
    # A signal to the whole process group is meant for the service, which still needs this process to drain.
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    os.nice(5)  # requests that need no step, such as /healthz, do not wait for one
    # The library prints to standard output; its lines go to standard error.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    serve(Decoder(Path(sys.argv[1])), sys.stdin, answers)


if __name__ == "__main__":
    main()
