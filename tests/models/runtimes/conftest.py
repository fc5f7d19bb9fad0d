"""Fixtures of the runtimes: the embedded encoder."""

from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer

from standfirst_models.cache import ModelCache
from standfirst_models.catalog import VERIFIER_ENCODER, resolve
from standfirst_models.runtimes.text.tokenizer import load_tokenizer


@pytest.fixture(scope="session")
def encoder_folder(models_dir: Path) -> Path:
    """The folder of the embedded encoder, from which the verifier is made."""
    return ModelCache(models_dir).ensure(resolve(VERIFIER_ENCODER, "encoder")).folder


@pytest.fixture(scope="session")
def tokenizer(encoder_folder: Path) -> Tokenizer:
    """The tokenizer of the embedded encoder."""
    return load_tokenizer(encoder_folder)
