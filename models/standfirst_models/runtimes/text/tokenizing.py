"""Tokenizing: the tokenizer of a model's folder, as the model's texts are read with it."""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer

from standfirst_models.errors import ModelDamaged


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer in ``folder`` (tokenizer.json); it pads and cuts nothing. Raises ``ModelDamaged``."""
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # tokenizers raises no narrower type
        raise ModelDamaged("The model's tokenizer cannot be read: tokenizer.json.") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
