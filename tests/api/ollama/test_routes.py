"""Ollama's interface, used by Ollama's own client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ollama
import pytest
from starlette.testclient import TestClient

from standfirst.application.tokens import estimate_tokens
from tests.api.running_service import running
from tests.api.scripted_service import STORY, is_of_the_story, service
from tests.models.scripted import ScriptedWriter

ASKED = f"Summarize in two sentences:\n\n{STORY}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ollama.Client]:
    with running(tmp_path_factory.mktemp("data"), ScriptedWriter()) as port:
        one = ollama.Client(f"http://127.0.0.1:{port}")
        yield one
        one._client.close()


def chat(client: ollama.Client, text: str, **options: Any) -> Any:
    return client.chat("standfirst", [{"role": "user", "content": text}], **options)


def test_a_chat_and_a_prompt_get_the_same_briefing(client: ollama.Client) -> None:
    answered = chat(client, ASKED)
    assert answered.message.role == "assistant"
    sentences = answered.message.content.split(". ")
    assert len(sentences) == 2
    assert all(map(is_of_the_story, sentences))
    assert (answered.done, answered.done_reason, answered.model) == (True, "stop", "standfirst")
    assert answered.eval_count == estimate_tokens(answered.message.content)
    assert answered.prompt_eval_count == estimate_tokens(ASKED)
    generated = client.generate("scripted:latest", STORY, system="Summarize the text in two sentences.")
    assert generated.response == answered.message.content


def test_a_stream_has_the_same_text(client: ollama.Client) -> None:
    whole = chat(client, ASKED).message.content
    parts = list(chat(client, ASKED, stream=True))
    assert "".join(part.message.content for part in parts) == whole
    assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True]
    generated = list(client.generate("standfirst", ASKED, stream=True))
    assert "".join(str(part.response) for part in generated) == whole
    assert generated[-1].done_reason == "stop"


def test_without_a_word_about_it_an_answer_is_a_stream_of_lines(tmp_path: Path) -> None:
    with service(tmp_path) as one:
        response = one.post("/api/generate", json={"model": "standfirst", "prompt": ASKED})
    assert response.headers["content-type"] == "application/x-ndjson"
    assert len(response.text.splitlines()) > 1


def test_num_predict_leaves_out_whole_sentences_and_says_so(client: ollama.Client) -> None:
    short = chat(client, STORY, options={"num_predict": 45, "temperature": 0, "num_ctx": 4096})
    assert short.done_reason == "length"
    assert 0 < short.eval_count <= 45
    assert is_of_the_story(short.message.content)
    assert chat(client, STORY, options={"num_predict": -1}).done_reason == "stop"


def test_a_schema_is_filled_as_extensions_of_freshrss_ask_for_it(client: ollama.Client) -> None:
    # fspv/xExtension-OllamaSummarizer, OllamaClient.php at 14d9866
    fields: dict[str, Any] = {"summary": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}
    schema = {"type": "object", "properties": fields, "required": ["summary", "tags"]}
    answered = client.generate("standfirst", f"Provide a summary of this article.\n\n{STORY}", format=schema)
    filled = json.loads(str(answered.response))
    assert filled["tags"] == []
    assert is_of_the_story(filled["summary"].split(". ")[0])
    assert chat(client, ASKED, format="json").message.content.startswith('{"title": ')


def test_an_article_after_a_label_is_condensed_as_article_summary_of_freshrss_sends_it(client: ollama.Client) -> None:
    # maciejjedrzejczyk/xExtension-ArticleSummary, Controllers/ArticleSummaryController.php at 64c9a5b
    answered = client.generate("standfirst", f"Summarize in two sentences\n\nArticle content:\n{STORY}")
    assert answered.response == chat(client, ASKED).message.content


def test_a_message_without_an_article_gets_a_sentence_about_the_service(client: ollama.Client) -> None:
    assert "condenses news articles" in chat(client, "Hello!").message.content
    assert "".join(part.message.content for part in chat(client, "Hello!", stream=True)).endswith("or a link to one.")


def test_an_empty_request_loads_the_model(client: ollama.Client) -> None:
    assert client.generate("standfirst", keep_alive=60).done_reason == "load"
    assert client.chat("standfirst", []).done_reason == "load"


def test_the_models_are_listed(client: ollama.Client) -> None:
    assert [model.model for model in client.list().models] == ["standfirst:latest", "scripted:latest"]


def test_errors_have_ollamas_form(client: ollama.Client, tmp_path: Path) -> None:
    numbers = {"type": "object", "properties": {"n": {"type": "integer"}}}
    for status, said, ask in (
        (404, "not found", lambda: client.generate("llama3", STORY)),
        (422, "tools", lambda: chat(client, STORY, tools=[{"type": "function", "function": {"name": "f"}}])),
        (
            422,
            "strings",
            lambda: chat(client, STORY, format=numbers),
        ),
        (424, "does not fetch", lambda: chat(client, "http://127.0.0.1/")),
        (424, "does not fetch", lambda: list(chat(client, "http://127.0.0.1/", stream=True))),
    ):
        with pytest.raises(ollama.ResponseError, match=said) as refused:
            ask()
        assert refused.value.status_code == status
    with service(tmp_path, api_keys="key") as one:
        _refuses_without_a_key(one)


def _refuses_without_a_key(client: TestClient) -> None:
    for path in ("/api/tags", "/api/version"):
        response = client.get(path)
        assert (response.status_code, set(response.json())) == (401, {"error"})
        assert client.get(path, headers={"Authorization": "Bearer key"}).status_code == 200
    assert client.post("/api/chat", json={"model": "standfirst"}).status_code == 401
