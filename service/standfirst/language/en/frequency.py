"""The document frequencies of frequent English stems, counted by ``training/frequency.py``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def document_frequencies() -> Mapping[str, float]:
    """Return the share of news articles, from 0.01 to 1, that contain each stem; rarer stems are absent."""
    lines = files(__package__).joinpath("frequent.txt").read_text(encoding="utf-8").splitlines()
    return {stem: int(thousandths) / 1000 for stem, thousandths in map(str.split, lines)}
