"""The tokenizer of a model's folder, and the text of the tokens that a writer gives."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from tokenizers import Tokenizer

from standfirst_models.errors import ModelDamaged


def load_tokenizer(folder: Path) -> Tokenizer:
    """Load tokenizer.json from ``folder``, without padding or truncation. Raises ``ModelDamaged``."""
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # tokenizers raises no narrower type
        raise ModelDamaged("The model's tokenizer cannot be read: tokenizer.json.") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class TokenCounter:
    """Counts the tokens of texts with the tokenizer of a model's folder, which is loaded with the first text.

    It may be called in any thread: it shares its tokenizer with nothing, and uses it in one thread at a time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()

    def __call__(self, text: str) -> int:
        """Return the number of tokens in ``text``, without special ones. Raises ``ModelDamaged``."""
        with self._lock:
            return len(self._tokenizer.encode(text, add_special_tokens=False))

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return load_tokenizer(self._folder)


def decode(tokenizer: Any, tokens: Sequence[int], limit: int, end_tokens: Collection[int]) -> str:
    """Return the text of the first ``limit`` of a row's new ``tokens``, with "…" unless an end token is among them.

    ``tokenizer`` is one of transformers or of tokenizers.
    """
    kept = tokens[:limit]
    text: str = tokenizer.decode(kept, skip_special_tokens=True).strip()
    return text if len(kept) < limit or set(end_tokens).intersection(kept) else f"{text}…"
