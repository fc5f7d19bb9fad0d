"""The security headers of answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.scripted_service import service


@pytest.mark.parametrize("path", ["/healthz", "/v1/models", "/nothing", "/docs", "/metrics"])
def test_every_answer_has_security_headers(tmp_path: Path, path: str) -> None:
    with service(tmp_path) as client:
        headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers
