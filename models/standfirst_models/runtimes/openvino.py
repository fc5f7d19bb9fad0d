"""The OpenVINO runtime: chat models such as SmolLM2, Qwen2.5 and Llama on a processor, by OpenVINO GenAI.

The model runs in a process of its own (``decoding``); this one has the tokenizer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import weakref
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from transformers import AutoConfig, AutoTokenizer, GenerationConfig

from standfirst_models.errors import InferenceFailed, ModelDamaged
from standfirst_models.runtimes.chat import render
from standfirst_models.runtimes.generation import ends_of, text_of
from standfirst_models.writer import Prompt

#: How many tokens of all rows together are kept, at least.
_KEPT_TOKENS = 16_384


class OpenVinoWriter:
    """A decoder-only model that continues a prompt. Fulfils ``Writer``."""

    def __init__(self, folder: Path, tokenizer: Any, context_tokens: int, ends: frozenset[int]) -> None:
        self._tokenizer = tokenizer
        self._ends = ends
        #: How many tokens fit into prompt and output together.
        self.context_tokens = context_tokens
        kept = max(_KEPT_TOKENS, context_tokens)
        self._command = [sys.executable, "-m", "standfirst_models.runtimes.decoding", str(folder), str(kept)]
        self._command += [str(end) for end in sorted(ends)]
        self._process: _Process | None = _Process(self._command)
        self._numbers = count()

    @classmethod
    def load(cls, folder: Path) -> OpenVinoWriter:
        """Load the model in ``folder``, as ``graph`` has built it. Raises ``ModelDamaged``."""
        try:
            config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            ends = ends_of(GenerationConfig.from_pretrained(folder, local_files_only=True))
        except Exception as error:  # tokenizers raises no narrower type
            raise ModelDamaged("The model's tokenizer or config cannot be read.") from error
        try:
            return cls(folder, tokenizer, int(config.max_position_embeddings), ends)
        except InferenceFailed as error:
            raise ModelDamaged("The model cannot be loaded by OpenVINO.") from error

    def count_tokens(self, prompt: Prompt) -> int:
        """How many tokens the prompt takes up, the chat's marks included."""
        return len(self._tokens(prompt))

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], finished: Callable[[int, str], None]
    ) -> list[str]:
        """As in ``Writer``: one text for each prompt, side by side, each ended by itself.

        Raises ``InferenceFailed`` where the process has ended; the next call starts another one.
        """
        texts = [""] * len(prompts)
        rows = dict(zip(self._numbers, range(len(prompts)), strict=False))
        message: dict[str, list[Any]] = {
            "add": [[n, self._tokens(prompts[row]), prompts[row].max_new_tokens] for n, row in rows.items()],
            "cancel": [],
        }
        process, self._process = self._process or _Process(self._command), None
        while rows:
            ended = process.ask(message)
            given_up = [number for number, row in rows.items() if cancelled(row)]
            for number, tokens in ended:
                row = rows.pop(number)
                texts[row] = text_of(self._tokenizer, tokens, prompts[row].max_new_tokens, self._ends)
                if number not in given_up:
                    finished(row, texts[row])
            message = {"add": [], "cancel": [number for number in given_up if rows.pop(number, None) is not None]}
        if message["cancel"]:
            process.ask(message)
        self._process = process
        return texts

    def _tokens(self, prompt: Prompt) -> list[int]:
        tokens: list[int] = self._tokenizer(render(self._tokenizer, prompt), add_special_tokens=False).input_ids
        return tokens


class _Process:
    """A process that answers each line with a line. It ends with this object, and with this process."""

    def __init__(self, command: Sequence[str]) -> None:
        self._popen = subprocess.Popen(  # noqa: S603 - a fixed command
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        weakref.finalize(self, _end, self._popen)
        self._answer()

    def ask(self, message: object) -> Any:
        """The answer to ``message``. Raises ``InferenceFailed`` where the process has ended."""
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
