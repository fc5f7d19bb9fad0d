"""The application: its documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.api.scripted_service import service


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with service(tmp_path) as running:
        yield running


def test_the_documentation_loads_nothing_from_other_hosts(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    used = re.findall(r"""(?:src|href)=["']([^"']+)""", page.text)
    assert used
    assert all(url.startswith("/") and client.get(url).status_code == 200 for url in used)
    assert "http://" not in page.text
    assert "https://" not in page.text


def test_the_examples_of_the_openapi_document_work(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    example = schema["components"]["schemas"]["BriefingRequest"]["examples"][0]
    assert client.post("/v1/briefings", json=example).status_code == 200
    promised = schema["paths"]["/v1/briefings"]["post"]["responses"]
    assert {"200", "400", "401", "406", "413", "415", "422", "424", "429", "503"} <= set(promised)
    assert set(promised["200"]["content"]) == {
        "application/json",
        "text/markdown",
        "text/plain",
        "text/html",
        "text/event-stream",
    }
