"""The real verifier, by which lessons are judged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from standfirst.condensing.grounding.judging import Verify
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import VERIFIER_ADAPTER, VERIFIER_ENCODER, resolve
from standfirst_models.runtimes import load_verifier
from standfirst_models.verifier import Finding, Pair


@pytest.fixture(scope="package")
def verify(models_dir: Path) -> Verify:
    folder = ModelCache(models_dir).ensure(resolve(VERIFIER_ENCODER, "encoder")).folder
    verifier = load_verifier(folder, VERIFIER_ADAPTER)

    async def verified(pairs: Sequence[Pair]) -> list[Finding]:
        return verifier.verify(pairs, lambda: False)

    return verified
