"""The end of a text: at a token that ends it, or at its limit; whatever wrote it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any


def text_of(tokenizer: Any, tokens: Sequence[int], limit: int, ends: Collection[int]) -> str:
    """The text of a row's new ``tokens``, of which ``limit`` count; as ``Writer`` has it, "…" where it did not end.

    ``tokenizer`` is transformers' or tokenizers'.
    """
    kept = tokens[:limit]
    text: str = tokenizer.decode(kept, skip_special_tokens=True).strip()
    return text if len(kept) < limit or set(ends).intersection(kept) else f"{text}…"
