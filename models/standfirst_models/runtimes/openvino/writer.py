"""The OpenVINO writer: chat models such as SmolLM2, Qwen2.5 and Llama, by OpenVINO GenAI.

The model runs in a child process (see ``decoding``); this process has the tokenizer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from standfirst_models.errors import ModelDamaged
from standfirst_models.protocols.writer import BatchBudget, Prompt
from standfirst_models.runtimes.openvino.decoder_process import CACHED_TOKENS, DecoderProcess
from standfirst_models.runtimes.text.chat import Chat
from standfirst_models.runtimes.text.tokenizer import decode, load_tokenizer


class OpenVinoWriter:
    """A decoder-only model that continues a prompt. Fulfils ``Writer``."""

    #: The largest batch. Rows that have ended cost nothing, and the prompts' common beginning is kept once.
    batch_budget = BatchBudget(32, 6_144)

    def __init__(self, folder: Path, decoder: DecoderProcess, tokenizer: Tokenizer, chat: Chat) -> None:
        self._folder = folder
        self._decoder: DecoderProcess | None = decoder
        self._tokenizer = tokenizer
        self._chat = chat
        self._context_tokens = min(chat.context_tokens, CACHED_TOKENS)
        self._row_ids = count()

    @classmethod
    def load(cls, folder: Path, decoder: DecoderProcess) -> OpenVinoWriter:
        """Load the tokenizer and the chat of the model that ``decoder`` runs. Raises ``ModelDamaged``."""
        try:
            chat = Chat.load(folder)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelDamaged("The model's chat cannot be read: chat.json.") from error
        return cls(folder, decoder, load_tokenizer(folder), chat)

    def count_tokens(self, prompt: Prompt) -> int:
        """Return the number of tokens of ``prompt``, the chat's included."""
        return len(self._tokens(prompt))

    def most_tokens(self, prompt: Prompt) -> int:
        """Return the tokens of the context that the output of ``prompt`` leaves."""
        return self._context_tokens - prompt.max_new_tokens

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], emit: Callable[[int, str], None]
    ) -> list[str]:
        """Write one text for each prompt, as ``Writer.write`` does. Each row ends by itself.

        Raises ``InferenceFailed`` if the child process has ended; the next call starts another.
        """
        texts = [""] * len(prompts)
        indices = dict(zip(self._row_ids, range(len(prompts)), strict=False))
        message: dict[str, list[Any]] = {
            "add": [[row, self._tokens(prompts[i]), prompts[i].max_new_tokens] for row, i in indices.items()],
            "cancel": [],
        }
        # Kept only if nothing is raised: a process that has ended is not asked again.
        decoder, self._decoder = self._decoder or DecoderProcess(self._folder), None
        while indices:
            ended = decoder.request(message)
            cancelled_rows = [row for row, i in indices.items() if cancelled(i)]
            for row, tokens in ended:
                i = indices.pop(row)
                texts[i] = decode(self._tokenizer, tokens, prompts[i].max_new_tokens, self._chat.ends)
                if row not in cancelled_rows:
                    emit(i, texts[i])
            message = {"add": [], "cancel": [row for row in cancelled_rows if indices.pop(row, None) is not None]}
        if message["cancel"]:
            decoder.request(message)
        self._decoder = decoder
        return texts

    def _tokens(self, prompt: Prompt) -> list[int]:
        tokens: list[int] = self._tokenizer.encode(self._chat.render(prompt), add_special_tokens=False).ids
        return tokens
