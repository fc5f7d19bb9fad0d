"""OpenVINO without its telemetry. The only module that imports OpenVINO: by default the import reports home."""

from __future__ import annotations

import sys
from typing import Any

# OpenVINO reports by the first and converts models by the second, and works without them.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
sys.modules["openvino.tools.ovc"] = None  # type: ignore[assignment]

import openvino
import openvino_genai

del sys.modules["openvino.tools.ovc"]

__all__ = ["convert_model", "openvino", "openvino_genai"]


def convert_model(*arguments: Any, **options: Any) -> openvino.Model:
    """Convert a model as OpenVINO's function of this name. It is a third of the import, and serving never needs it."""
    from openvino.tools import ovc

    return ovc.convert_model(*arguments, **options)
