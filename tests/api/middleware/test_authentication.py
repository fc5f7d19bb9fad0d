"""Authentication by API key."""

from __future__ import annotations

from pathlib import Path

from tests.api.scripted_service import STORY, problem, service


def test_only_the_paths_of_the_interfaces_require_a_key(tmp_path: Path) -> None:
    with service(tmp_path, api_keys="one,two") as client:
        assert client.get("/healthz").status_code == 200
        refused = client.post("/v1/briefings", json={"text": STORY})
        problem(refused, 401, "unauthorized")
        assert refused.headers["www-authenticate"] == "Bearer"
        problem(client.get("/v1/models", headers={"Authorization": "Bearer three"}), 401, "unauthorized")
        problem(client.get("/v1/models", headers={"X-API-Key": ""}), 401, "unauthorized")
        assert client.get("/v1/models", headers={"Authorization": "Bearer two"}).status_code == 200
        assert client.get("/v1/models", headers={"X-API-Key": "one"}).status_code == 200
        assert client.get("/v1/models", auth=("anyone", "one")).status_code == 200
        # The name of a scheme has no case (RFC 9110): "anyone:one" follows.
        assert client.get("/v1/models", headers={"Authorization": "basic YW55b25lOm9uZQ=="}).status_code == 200
        assert client.get("/api/tags").status_code == 401
        schema = client.get("/openapi.json").json()
        assert schema["security"] == [{"bearer": []}, {"header": []}, {"basic": []}]
