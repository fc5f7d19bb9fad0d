"""Sentences that people judged: reading them, the models that score them, and how well scores and labels agree."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from standfirst.application.weights import ensure_verifier
from standfirst.grounding.index import Grounding
from standfirst.language.parser import SentenceParser
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import EMBEDDED_VERIFIER, ENGLISH_PARSER, resolve
from standfirst_models.protocols.verifier import Verifier

#: Sentences about made-up articles, written by hand: true ones in other words, and false ones near the article's words.
PARAPHRASES = Path(__file__).with_name("paraphrases.jsonl")


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of JSON lines, gzipped or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def open_verifier(name: str = EMBEDDED_VERIFIER) -> Verifier:
    """Load the verifier ``name``, to run by torch, from the models folder. It is fetched if it is missing."""
    settings = Settings().model_copy(update={"verifier": name, "runtime": "torch"})
    return ensure_verifier(settings, ModelCache(settings.models_dir, progress=True)).load()


def open_grounding() -> Grounding:
    """Return grounding with the embedded parser from the models folder. The parser is loaded at its first use."""
    parser = ModelCache(Settings().models_dir, progress=True).ensure(resolve(ENGLISH_PARSER, "analysis"))
    return Grounding(SentenceParser(parser.folder))


def auc(scored: Sequence[tuple[float, bool]]) -> float:
    """Return the share of pairs of a true and a false sentence in which the true one has the higher score.

    ``scored`` holds a score and a label for each sentence. A tie counts half.
    """
    true = np.array([score for score, label in scored if label])
    false = np.array([score for score, label in scored if not label])
    above = (true[:, None] > false).mean() + 0.5 * (true[:, None] == false).mean()
    return float(above)
