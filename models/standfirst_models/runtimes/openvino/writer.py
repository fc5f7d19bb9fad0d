"""The OpenVINO runtime: chat models such as SmolLM2, Qwen2.5 and Llama on a processor, by OpenVINO GenAI.

The model runs in a process of its own (``decoding``); this one has the tokenizer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from standfirst_models.errors import ModelDamaged
from standfirst_models.protocols.writer import BatchBudget, Prompt
from standfirst_models.runtimes.openvino.decoder import KEPT_TOKENS, Decoder
from standfirst_models.runtimes.text.chat import Chat
from standfirst_models.runtimes.text.ending import text_of
from standfirst_models.runtimes.text.tokenizing import load_tokenizer


class OpenVinoWriter:
    """A decoder-only model that continues a prompt. Fulfils ``Writer``."""

    #: What it writes at a time. Rows that have ended cost nothing, and what all begin with is kept once.
    batch_budget = BatchBudget(32, 6_144)

    def __init__(self, folder: Path, decoder: Decoder, tokenizer: Tokenizer, chat: Chat) -> None:
        self._folder = folder
        self._decoder: Decoder | None = decoder
        self._tokenizer = tokenizer
        self._chat = chat
        #: How many tokens fit into prompt and output together.
        self.context_tokens = min(chat.context_tokens, KEPT_TOKENS)
        self._numbers = count()

    @classmethod
    def load(cls, folder: Path, decoder: Decoder) -> OpenVinoWriter:
        """Load what is needed beside ``decoder``, which decodes with that model. Raises ``ModelDamaged``."""
        try:
            chat = Chat.load(folder)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelDamaged("What was kept of the model's tokenizer and config cannot be read.") from error
        return cls(folder, decoder, load_tokenizer(folder), chat)

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
                texts[row] = text_of(self._tokenizer, tokens, prompts[row].max_new_tokens, self._chat.ends)
                if number not in given_up:
                    finished(row, texts[row])
            message = {"add": [], "cancel": [number for number in given_up if rows.pop(number, None) is not None]}
        if message["cancel"]:
            decoder.ask(message)
        self._decoder = decoder
        return texts

    def _tokens(self, prompt: Prompt) -> list[int]:
        tokens: list[int] = self._tokenizer.encode(self._chat.render(prompt), add_special_tokens=False).ids
        return tokens
