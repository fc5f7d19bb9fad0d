"""The HTTP answers for errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from standfirst.errors import STATUS
from standfirst_models.protocols.writer import Prompt
from tests.api.scripted_service import STORY, problem, service
from tests.models.scripted import ScriptedWriter


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with service(tmp_path) as running:
        yield running


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"", "application/json", 422, "invalid_request"),
        (b"{", "application/json", 400, "invalid_json"),
        (b'{"text": "\xff\xfe"}', "application/json", 400, "invalid_json"),
        (bytes(range(256)), "application/json", 400, "invalid_json"),
        (b"[" * 100_000, "application/json", 400, "invalid_json"),
        (rb'{"text": "half \ud800 a character"}', "application/json", 422, "invalid_request"),
        (b"text=hello", "application/x-www-form-urlencoded", 415, "not_text"),
        (b'{"text": "hello"}', "text/plain", 415, "not_text"),
        (b"{" + b" " * 3_000_000 + b"}", "application/json", 413, "too_large"),
    ],
)
def test_a_body_that_is_not_a_request_is_refused(
    client: TestClient, body: bytes, kind: str, status: int, code: str
) -> None:
    problem(client.post("/v1/briefings", content=body, headers={"Content-Type": kind}), status, code)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"text"', b"1"])
def test_a_body_that_is_no_object_is_refused_in_the_terms_of_json(client: TestClient, body: bytes) -> None:
    for path in ("/v1/briefings", "/v1/verify", "/v1/jobs", "/v1/digests"):
        answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert problem(answer, 422, "invalid_request") == "The body must be a JSON object."


@pytest.mark.parametrize("path", ["/v1/briefings/" + "0" * 32, "/v1/briefings/" + "0" * 32 + "/article", "/nowhere"])
def test_an_unknown_path_or_id_is_not_found(client: TestClient, path: str) -> None:
    problem(client.get(path), 404, "not_found")


def test_a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has(client: TestClient) -> None:
    response = client.put("/v1/briefings")
    assert "GET, HEAD, POST" in problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "GET, HEAD, POST"


def test_an_unexpected_error_reveals_nothing_of_the_request(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def fail(prompt: Prompt) -> str:
        raise RuntimeError(f"secret {prompt.passage}")

    with service(tmp_path, ScriptedWriter(fail)) as client:
        problem(client.post("/v1/briefings", json={"text": STORY}), 500, "inference_failed")
    assert "Harwick" not in caplog.messages


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [code for _, code in STATUS.values()]
    assert len(set(codes)) == len(codes)
