"""OpenVINO's telemetry is off."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = [pytest.mark.model, pytest.mark.process]

pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")


def test_the_telemetry_package_is_not_imported() -> None:
    code = (
        "from standfirst_models.runtimes.openvino.no_telemetry import openvino_genai\n"
        "import sys\n"
        "print([name for name, module in sys.modules.items() if 'openvino_telemetry' in name and module])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
