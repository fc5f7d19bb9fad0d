"""OpenVINO, silenced: by itself it tells its makers over the network that it was imported. Imported from here only."""

from __future__ import annotations

import sys

# It does so by this package, and does without where there is none.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]

import openvino
import openvino_genai

__all__ = ["openvino", "openvino_genai"]
