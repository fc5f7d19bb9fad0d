"""The OpenVINO runtime: chat models such as SmolLM2, Qwen2.5 and Llama on a processor, by OpenVINO GenAI.

The model runs in a process of its own (``decoding``); this one has the tokenizer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from transformers import AutoConfig, AutoTokenizer, GenerationConfig

from standfirst_models.errors import ModelDamaged
from standfirst_models.runtimes.chat import render
from standfirst_models.runtimes.decoder import Decoder
from standfirst_models.runtimes.generation import ends_of, text_of
from standfirst_models.writer import Prompt


class OpenVinoWriter:
    """A decoder-only model that continues a prompt. Fulfils ``Writer``."""

    def __init__(
        self, folder: Path, decoder: Decoder, tokenizer: Any, context_tokens: int, ends: frozenset[int]
    ) -> None:
        self._folder = folder
        self._decoder: Decoder | None = decoder
        self._tokenizer = tokenizer
        self._ends = ends
        #: How many tokens fit into prompt and output together.
        self.context_tokens = context_tokens
        self._numbers = count()

    @classmethod
    def load(cls, folder: Path, decoder: Decoder) -> OpenVinoWriter:
        """Load what is needed beside ``decoder``, which decodes with that model. Raises ``ModelDamaged``."""
        try:
            config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            ends = ends_of(GenerationConfig.from_pretrained(folder, local_files_only=True))
        except Exception as error:  # tokenizers raises no narrower type
            raise ModelDamaged("The model's tokenizer or config cannot be read.") from error
        return cls(folder, decoder, tokenizer, int(config.max_position_embeddings), ends)

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
        decoder, self._decoder = self._decoder or Decoder(self._folder), None
        while rows:
            ended = decoder.ask(message)
            given_up = [number for number, row in rows.items() if cancelled(row)]
            for number, tokens in ended:
                row = rows.pop(number)
                texts[row] = text_of(self._tokenizer, tokens, prompts[row].max_new_tokens, self._ends)
                if number not in given_up:
                    finished(row, texts[row])
            message = {"add": [], "cancel": [number for number in given_up if rows.pop(number, None) is not None]}
        if message["cancel"]:
            decoder.ask(message)
        self._decoder = decoder
        return texts

    def _tokens(self, prompt: Prompt) -> list[int]:
        tokens: list[int] = self._tokenizer(render(self._tokenizer, prompt), add_special_tokens=False).input_ids
        return tokens
