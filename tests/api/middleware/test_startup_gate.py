"""The startup gate, which answers before there is an application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.testclient import TestClient

from standfirst.api.middleware.startup_gate import StartupGate


def test_without_an_application_the_gate_is_healthy_and_not_ready() -> None:
    starting = StartupGate()
    client = TestClient(starting)
    assert client.get("/healthz").json() == {"status": "ok"}
    early = client.post("/v1/briefings", json={"text": "…"})
    assert (early.status_code, early.json()["code"]) == (503, "not_ready")
    assert int(early.headers["retry-after"]) >= 1
    assert "refresh" not in early.headers
    assert "content-security-policy" in early.headers
    assert int(client.get("/").headers["refresh"]) >= 1
    starting.app = Starlette()
    assert client.get("/").status_code == 404, "the application answers"
