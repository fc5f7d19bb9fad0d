"""Fixtures of the cache and the sources: a package index and a cache, both empty folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def package_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip, a process of its own, uses as its only index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "models"
