"""The strategy of a writer, from the catalog or from its architecture and size."""

from __future__ import annotations

import json
import math
from pathlib import Path

from safetensors import SafetensorError, safe_open

from standfirst_models.catalog import ModelSpec, Strategy
from standfirst_models.errors import ModelDamaged

#: A chat model of at least this many parameters can be asked for a whole briefing. Smaller ones lose the thread.
_COMPOSING_PARAMETERS = 900_000_000


def strategy_of(spec: ModelSpec, folder: Path) -> Strategy:
    """Return the strategy of the writer ``spec``, whose weights are in ``folder``. Raises ``ModelDamaged``.

    One of the catalog has its own. Of others, encoder-decoder models summarize, chat models of about a thousand million
    parameters and more compose, and smaller ones shorten.
    """
    if spec.strategy is not None:
        return spec.strategy
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if config.get("is_encoder_decoder"):
            return "summarize"
        parameters = sum(_parameters(path) for path in folder.glob("*.safetensors"))
    except (OSError, ValueError, AttributeError, SafetensorError) as error:
        raise ModelDamaged(f"The writer {spec.name} has no config.json and safetensors that can be read.") from error
    return "compose" if parameters >= _COMPOSING_PARAMETERS else "shorten"


def _parameters(path: Path) -> int:
    """Return the number of parameters in a safetensors file, of which only the header is read."""
    with safe_open(path, framework="np") as file:
        return sum(math.prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118 - no mapping
