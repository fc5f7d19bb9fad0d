"""The strategy of a writer, from the catalog or from its architecture and size."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from standfirst_models.catalog import ModelSpec, Strategy
from standfirst_models.errors import ModelDamaged
from standfirst_models.manifest import MANIFEST

#: A chat model of at least this many parameters can be asked for a whole briefing. Smaller ones lose the thread.
_COMPOSING_PARAMETERS = 900_000_000


def strategy_of(spec: ModelSpec, folder: Path) -> Strategy:
    """Return the strategy of the writer ``spec``, which lies in ``folder``. Raises ``ModelDamaged``.

    One of the catalog has its own. Of others, encoder-decoder models summarize, chat models of about a thousand million
    parameters and more compose, and smaller ones shorten.
    """
    if spec.strategy is not None:
        return spec.strategy
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if config.get("is_encoder_decoder"):
            return "summarize"
        parameters = _weight_bytes(folder) // _bytes_per_parameter(config)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ModelDamaged(f"The writer {spec.name} has no config.json that can be read.") from error
    return "compose" if parameters >= _COMPOSING_PARAMETERS else "shorten"


def _bytes_per_parameter(config: dict[str, Any]) -> int:
    return 4 if (config.get("dtype") or config.get("torch_dtype")) == "float32" else 2


def _weight_bytes(folder: Path) -> int:
    """Return the bytes of the safetensors in ``folder``. Of a model in the cache they may have been trimmed."""
    if (folder / MANIFEST).is_file():
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        return sum(int(file["bytes"]) for name, file in files.items() if name.endswith(".safetensors"))
    return sum(path.stat().st_size for path in folder.glob("*.safetensors"))
