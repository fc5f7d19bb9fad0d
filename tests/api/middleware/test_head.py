"""HEAD requests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.api.scripted_service import STORY, ended_job, service


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service(tmp_path_factory.mktemp("data")) as one:
        yield one


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/v1/models", "/metrics", "/page/page.js", "/nowhere"])
def test_head_has_the_headers_of_get_and_no_content(client: TestClient, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


def test_head_of_a_stream_of_events_ends(client: TestClient) -> None:
    job = client.post("/v1/jobs", json={"items": [{"text": STORY}]}).json()["id"]
    head = client.head(f"/v1/jobs/{job}/events")
    assert head.headers["content-type"].startswith("text/event-stream")
    ended_job(client, job)


def test_head_where_there_is_no_get_is_refused(client: TestClient) -> None:
    head = client.head("/v1/verify")
    assert (head.status_code, head.headers["allow"]) == (405, "POST")


def test_head_is_counted_as_head_under_its_route(client: TestClient) -> None:
    client.head("/v1/models")
    metrics = client.get("/metrics").text
    assert any('method="HEAD"' in line and 'route="/v1/models"' in line for line in metrics.splitlines())
