"""OpenVINO without its telemetry. The only module that imports OpenVINO: by default the import reports home."""

from __future__ import annotations

import sys

# OpenVINO reports by this package, and works without it.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]

import openvino
import openvino_genai

__all__ = ["openvino", "openvino_genai"]
