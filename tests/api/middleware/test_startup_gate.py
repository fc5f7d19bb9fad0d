"""Before the models are there: the process lives, and tells everyone when to come again."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.testclient import TestClient

from standfirst.api.middleware.startup_gate import StartupGate


def test_until_there_is_an_application_the_process_lives_and_a_browser_looks_again_by_itself() -> None:
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
