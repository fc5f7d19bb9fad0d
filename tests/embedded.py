"""The embedded models that tests use: the cache that they lie in, and grounding with the parser."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from platformdirs import user_cache_path

from standfirst.grounding.index import Grounding
from standfirst.language.parser import SentenceParser
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import ENGLISH_PARSER, resolve

#: The user's model cache. Read at import, before the fixture ``clean_environment`` removes the variable.
MODELS_DIR = Path(os.environ.get("STANDFIRST_MODELS_DIR") or user_cache_path("standfirst") / "models")


@cache
def embedded_parser() -> SentenceParser:
    """Return the embedded parser. All tests of a process share it, because it takes a second to load."""
    return SentenceParser(ModelCache(MODELS_DIR).ensure(resolve(ENGLISH_PARSER, "analysis")).folder)


def embedded_grounding() -> Grounding:
    """Return grounding with the embedded parser and all checks."""
    return Grounding(embedded_parser())
