"""The summarization route, used by Hugging Face's own client."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub import AsyncInferenceClient, InferenceClient
from huggingface_hub.errors import HfHubHTTPError
from starlette.testclient import TestClient

from standfirst.application.tokens import estimate_tokens
from tests.api.running_service import running
from tests.api.scripted_service import STORY, is_of_the_story, service
from tests.models.scripted import ScriptedWriter


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service(tmp_path_factory.mktemp("data")) as one:
        yield one


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    # Offline its client asks nobody, not even on loopback.
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    with running(tmp_path, ScriptedWriter()) as port:
        yield f"http://127.0.0.1:{port}/v1/summarization"


def ask(client: TestClient, inputs: Any, **parameters: Any) -> Any:
    return client.post("/v1/summarization", json={"inputs": inputs, "parameters": parameters})


def test_the_client_of_hugging_face_gets_prose(address: str) -> None:
    reply = InferenceClient(token="none").summarization(STORY, model=address)
    sentences = re.split(r"(?<=\.) (?=[A-Z])", reply.summary_text)
    assert len(sentences) == 4
    assert all(map(is_of_the_story, sentences))
    short = InferenceClient(model=address, token="none").summarization(
        STORY, generate_parameters={"max_length": 60, "do_sample": False}, truncation="do_not_truncate"
    )
    assert estimate_tokens(short.summary_text) <= 60
    assert len(short.summary_text) < len(reply.summary_text)


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_the_async_client_of_hugging_face_gets_the_same(address: str) -> None:
    reply = InferenceClient(token="none").summarization(STORY, model=address)
    async with AsyncInferenceClient(token="none") as one:
        assert await one.summarization(STORY, model=address) == reply


def test_the_client_of_hugging_face_shows_the_error(address: str) -> None:
    with pytest.raises(HfHubHTTPError, match="white space") as empty:
        InferenceClient(token="none").summarization("  ", model=address)
    assert empty.value.response.status_code == 422
    assert empty.value.response.json()["error_type"] == "empty_source"


def test_each_text_has_its_summary_in_order(client: TestClient) -> None:
    texts = [STORY.replace("Harwick", name) for name in ("Marlow", "Leeds", "Ely", "York", "Bath", "Wells")]
    summaries = ask(client, texts).json()
    assert summaries == [ask(client, text).json()[0] for text in texts]
    assert len({summary["summary_text"] for summary in summaries}) > 1


def test_if_one_of_several_texts_fails_the_request_fails(client: TestClient) -> None:
    response = ask(client, [STORY, " "])
    assert response.status_code == 422
    assert response.json()["error_type"] == "empty_source"


@pytest.mark.parametrize("most", [30, 60, 90, 150])
def test_a_summary_does_not_exceed_its_token_limit(client: TestClient, most: int) -> None:
    [summary] = ask(client, STORY, max_length=most, min_length=10).json()
    assert 0 < estimate_tokens(summary["summary_text"]) <= most
    assert summary["summary_text"].endswith(".")


def test_a_minimum_length_adds_sentences(client: TestClient) -> None:
    [usual], [long] = ask(client, STORY).json(), ask(client, STORY, min_length=200).json()
    assert estimate_tokens(long["summary_text"]) > estimate_tokens(usual["summary_text"])


@pytest.mark.parametrize(
    "body",
    [
        {"inputs": []},
        {"inputs": [STORY] * 33},
        {"inputs": STORY, "parameters": {"max_length": 0}},
        {"inputs": STORY, "parameters": {"max_length": 3}},
        {},
    ],
)
def test_invalid_parameters_are_refused(client: TestClient, body: dict[str, Any]) -> None:
    response = client.post("/v1/summarization", json=body)
    assert response.status_code == 422
    assert response.json()["error_type"] == "invalid_request"


def test_a_key_is_required(tmp_path: Path) -> None:
    with service(tmp_path, api_keys=("secret",)) as guarded:
        response = ask(guarded, STORY)
        assert response.status_code == 401
        assert response.json()["error_type"] == "unauthorized"
        assert ask(guarded, STORY).headers["www-authenticate"] == "Bearer"
