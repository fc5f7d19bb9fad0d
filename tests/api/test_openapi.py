"""The service's conformance to its OpenAPI document, checked by schemathesis with generated requests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.running_service import running
from tests.models.scripted import ScriptedWriter

pytestmark = pytest.mark.process

#: A request that conforms to the schema may still be refused: a text may contain no article, for example, and a digest
#: may not be made yet.
_CONFIG = """
[checks]
positive_data_acceptance.expected-statuses = [200, 202, 401, 404, 409, 413, 415, 422, 424, 429, 503]
"""


def test_every_answer_conforms_to_the_openapi_document(tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(_CONFIG)
    with running(tmp_path, ScriptedWriter()) as port:
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{port}/openapi.json"]
        options = ["--checks", "all", "--exclude-checks", "use_after_free", "--max-examples", "40", "--no-color"]
        done = subprocess.run(
            [*command, *options, "--generation-deterministic"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=350,
        )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
