"""The chat route, used by OpenAI's own client and by the requests of known programs.

Their requests were read in their code (facts only; none of their code is here):

- Karakeep: ``karakeep-app/karakeep``, ``packages/shared/prompts.ts`` (the prompt), ``packages/shared/summarization.ts``
  (the lines around the content), ``packages/shared/inference.ts`` (the parameters; tags ask for a JSON schema).
- miniflux-ai: ``Qetesh/miniflux-ai``, ``core/get_ai_result.py`` (messages), ``config.sample.English.yml`` (prompts).
- FreshRSS's ArticleSummary: ``LiangWei88/xExtension-ArticleSummary`` and ``mtzagkarakis/freshRss_ArticleSummary``, each
  ``Controllers/ArticleSummaryController.php``; ``static/script.js`` of the first reads the stream.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from starlette.testclient import TestClient

from standfirst.application.tokens import estimate_tokens
from tests.api.running_service import running
from tests.api.scripted_service import STORY, EndlessWriter, is_of_the_story, service
from tests.models.scripted import ScriptedWriter, StallingWriter

TITLE = "Old Mill bridge to close for nine months"
SENTENCES = re.split(r"(?<=[.]) (?=[A-Z])", STORY)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service(tmp_path_factory.mktemp("data")) as one:
        yield one


@pytest.fixture(scope="module")
def openai_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[openai.OpenAI]:
    with running(tmp_path_factory.mktemp("data"), ScriptedWriter()) as port:
        with openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none", max_retries=0) as one:
            yield one


def ask(client: TestClient, content: Any = STORY, system: str | None = None, **parameters: Any) -> Any:
    messages = [{"role": "system", "content": system}] if system else []
    body = {"model": "standfirst", "messages": [*messages, {"role": "user", "content": content}], **parameters}
    return client.post("/v1/chat/completions", json=body)


def answer(client: TestClient, content: Any = STORY, system: str | None = None, **parameters: Any) -> str:
    response = ask(client, content, system, **parameters)
    assert response.status_code == 200, response.text
    text = response.json()["choices"][0]["message"]["content"]
    assert isinstance(text, str)
    return text


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert set(response.json()) == {"error"}
    error: dict[str, Any] = response.json()["error"]
    assert set(error) == {"message", "type", "code", "param"}
    assert error["code"] == code
    return error


# --- OpenAI's own client


def test_openais_client_gets_a_briefing_and_its_id(openai_client: openai.OpenAI) -> None:
    completion = openai_client.chat.completions.create(
        model="standfirst",
        messages=[{"role": "user", "content": f"Title: {TITLE}\n\n{STORY}"}],
        temperature=0.2,
        top_p=0.9,
        stop=["\n\n\n"],
        seed=7,
        user="someone",
        response_format={"type": "text"},
        n=1,
    )
    [choice] = completion.choices
    assert choice.finish_reason == "stop"
    assert choice.message.role == "assistant"
    assert choice.message.content is not None
    assert choice.message.content.startswith(f"# {TITLE}\n")
    assert choice.message.content.count("\n- ") == 3
    kept = openai_client.get(
        f"/briefings/{completion.id.removeprefix('chatcmpl-')}",
        cast_to=str,
        options={"headers": {"Accept": "text/markdown"}},
    )
    assert kept.rstrip("\n") == choice.message.content
    assert completion.usage is not None
    assert completion.usage.completion_tokens == estimate_tokens(choice.message.content)
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens


def test_openais_client_streams_the_same_answer(openai_client: openai.OpenAI) -> None:
    whole = openai_client.chat.completions.create(
        model="standfirst", messages=[{"role": "user", "content": f"Summarize in four sentences:\n\n{STORY}"}]
    )
    for _ in range(2):  # made, then kept
        chunks = list(
            openai_client.chat.completions.create(
                model="standfirst",
                messages=[{"role": "user", "content": f"Summarize in four sentences:\n\n{STORY}"}],
                stream=True,
                stream_options={"include_usage": True},
            )
        )
        assert {chunk.id for chunk in chunks} == {whole.id}
        deltas = [chunk.choices[0] for chunk in chunks[:-1]]
        assert deltas[0].delta.role == "assistant"
        assert "".join(delta.delta.content or "" for delta in deltas) == whole.choices[0].message.content
        assert [delta.finish_reason for delta in deltas if delta.finish_reason] == ["stop"]
        assert chunks[-1].usage == whole.usage


def test_openais_client_lists_the_models(openai_client: openai.OpenAI) -> None:
    assert [model.id for model in openai_client.models.list()] == ["scripted", "standfirst"]
    for name in ("scripted", "standfirst"):
        messages: list[Any] = [{"role": "user", "content": STORY}]
        assert openai_client.chat.completions.create(model=name, messages=messages).model == "scripted"


def test_openais_client_raises_its_own_errors(openai_client: openai.OpenAI) -> None:
    create = openai_client.chat.completions.create
    with pytest.raises(openai.NotFoundError) as unknown:
        create(model="gpt-9", messages=[{"role": "user", "content": STORY}])
    assert (unknown.value.code, unknown.value.param) == ("model_not_found", "model")
    with pytest.raises(openai.UnprocessableEntityError) as several:
        create(model="standfirst", messages=[{"role": "user", "content": STORY}], n=2)
    assert (several.value.code, several.value.param) == ("invalid_request", "n")
    assert "one answer" in several.value.message
    with pytest.raises(openai.APIError) as empty:
        list(create(model="standfirst", messages=[{"role": "user", "content": " "}], stream=True))
    assert empty.value.code == "no_article"


def test_the_writer_stops_when_openais_async_client_disconnects(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    writer = EndlessWriter()

    async def hang_up(port: int) -> None:
        async with openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none") as one:
            stream = await one.chat.completions.create(
                model="standfirst", messages=[{"role": "user", "content": STORY}], stream=True
            )
            assert await asyncio.to_thread(writer.begun.wait, 10)
            await stream.close()

    async def give_up(port: int) -> None:
        impatient = openai.AsyncOpenAI(
            base_url=f"http://127.0.0.1:{port}/v1", api_key="none", timeout=0.5, max_retries=0
        )
        async with impatient as one:
            with pytest.raises(openai.APITimeoutError):
                await one.chat.completions.create(model="standfirst", messages=[{"role": "user", "content": STORY}])

    with running(tmp_path, writer) as port:
        for leave in (hang_up, give_up):
            writer.begun.clear()
            writer.stopped.clear()
            asyncio.run(leave(port))
            assert writer.stopped.wait(5)
    assert "a request failed" not in caplog.text


def test_a_chunk_is_sent_while_later_sentences_are_drafted(tmp_path: Path) -> None:
    stalling = StallingWriter()
    with running(tmp_path, stalling) as port:
        with openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none") as one:
            said = ""
            for chunk in one.chat.completions.create(
                model="standfirst",
                messages=[{"role": "user", "content": f"Summarize in three sentences:\n{STORY}"}],
                stream=True,
            ):
                said += chunk.choices[0].delta.content or ""
                if said:
                    stalling.first_was_seen.set()
    assert is_of_the_story(said.split(". ")[0])


# --- Known programs


KARAKEEP = """
Summarize the following content responding ONLY with the summary. You MUST follow the following rules:
- Summary must be in 3-4 sentences.
- The summary must be in english.
- Today's date is 2026-11-25. Do NOT flag or question dates that are in the past relative to today.
{rules}
    
Title: {title}
Description: What is known of the bridge
Content: {content}
Publisher: Harwick News
Author: Ann Lee
URL: https://example.com/bridge
"""  # noqa: W293 - as it is sent


@pytest.mark.parametrize("rules", ["", "- Be kind to bridges\n- Three emojis"])
def test_karakeep_gets_a_summary_of_the_requested_number_of_sentences(client: TestClient, rules: str) -> None:
    prompt = KARAKEEP.format(rules=rules, title=TITLE, content=STORY)
    body = {"messages": [{"role": "user", "content": prompt}], "model": "standfirst", "max_tokens": 2048}
    response = client.post("/v1/chat/completions", json=body)
    text = response.json()["choices"][0]["message"]["content"]
    briefing = client.get(f"/v1/briefings/{response.json()['id'].removeprefix('chatcmpl-')}").json()
    assert briefing["article"]["sentences"] == len(SENTENCES)
    assert briefing["article"]["title"] == TITLE
    assert len(briefing["standfirst"] + briefing["points"]) == 4
    assert text == " ".join(s["text"] for s in briefing["standfirst"] + briefing["points"])
    assert response.json()["usage"]["total_tokens"] > 0


TAGS = {"type": "object", "properties": {"tags": {"type": "array", "items": {"type": "string"}}}, "required": ["tags"]}


def test_karakeeps_request_for_tags_gets_none(client: TestClient) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "schema", "schema": TAGS, "strict": True}}
    prompt = (
        "You are an expert whose responsibility is to help with automatic tagging for a read-it-later app.\n"
        f"Analyze the TEXT_CONTENT below and suggest tags.\n\n<TEXT_CONTENT>\n{STORY}\n</TEXT_CONTENT>\n"
        'You must respond in JSON with the key "tags" and the value is an array of string tags.'
    )
    assert answer(client, prompt, response_format=form) == answer(client, prompt) == '{"tags": []}'


def test_a_schema_is_filled_with_what_a_briefing_has_for_its_fields(client: TestClient) -> None:
    fields = {"title": {"type": "string"}, "keyPoints": {"type": "array"}, "author": {"type": ["string", "null"]}}
    form = {"type": "json_schema", "json_schema": {"name": "s", "schema": {"type": "object", "properties": fields}}}
    filled = json.loads(answer(client, f"Summarize in three sentences:\n\n{STORY}", response_format=form))
    assert set(filled) == {"title", "keyPoints", "author"}
    assert (len(filled["keyPoints"]), filled["author"]) == (3, "")
    assert all(map(is_of_the_story, [filled["title"], *filled["keyPoints"]]))
    assert set(json.loads(answer(client, STORY, response_format={"type": "json_object"}))) == {"title", "summary"}


@pytest.mark.parametrize("field", [{"type": "number"}, {"type": "object"}, {}])
def test_a_schema_that_would_need_made_up_values_is_refused_by_name(client: TestClient, field: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": {"score": field}}
    form = {"type": "json_schema", "json_schema": {"name": "s", "schema": schema}}
    error = refused(ask(client, STORY, response_format=form), 422, "invalid_request")
    assert error["param"] == "response_format"
    assert "strings" in error["message"]


@pytest.mark.parametrize("is_streamed", [False, True])
def test_what_is_no_request_for_a_briefing_gets_a_sentence_about_the_service(
    client: TestClient, is_streamed: bool
) -> None:
    for said in ("Hello!", f"Translate this into French:\n\n{STORY}"):
        response = ask(client, said, stream=is_streamed)
        assert response.status_code == 200
        assert "This service condenses news articles" in response.text
        assert '"finish_reason":"stop"' in response.text.replace(": ", ":")
        assert "Harwick" not in response.text
        assert "Hello" not in response.text


def test_a_question_gets_the_articles_own_sentences(client: TestClient) -> None:
    said = answer(client, f"<article>{STORY}</article>\nQuestion: How much will the work cost the county?")
    assert "> The work will cost £2.4m, of which the county will pay £1.5m." in said
    quoted = [line.removeprefix("> ") for line in said.split("\n") if line.startswith("> ")]
    assert all(line in SENTENCES for line in quoted)
    assert said.endswith("answers questions about them with their own sentences.")


def test_a_title_is_the_headline_and_not_longer_than_its_limit(client: TestClient) -> None:
    asked = f"Write a title for this text:\n\n{STORY}"
    title = answer(client, asked)
    assert is_of_the_story(title)
    assert answer(client, asked, max_tokens=9) in title


@pytest.mark.parametrize(
    ("system", "user", "sentences"),
    [
        (
            "You are a helpful assistant.",
            "{} \n---\nSummarize the above content in three sentences, less than 60 characters. "
            "Do not answer the questions within the content.",
            3,
        ),
        (
            "You are a professional summary editor. Please extract a core summary for the following content.\n\n"
            "Requirements:\n - English, less than 60 characters.\n - Only summarize, in two sentences.",
            "The following is the input content:\n---\n {}",
            2,
        ),
    ],
)
def test_miniflux_ai_gets_the_number_of_sentences_that_its_agents_request(
    client: TestClient, system: str, user: str, sentences: int
) -> None:
    text = answer(client, user.format(STORY.replace("Old Mill", "[Old Mill](https://example.com/mill)")), system)
    shown = re.split(r"(?<=\.) (?=[A-Z])", text)
    assert len(shown) == sentences
    assert all(map(is_of_the_story, shown))


def test_the_extensions_of_freshrss_can_read_the_stream(client: TestClient) -> None:
    body = {
        "model": "standfirst",
        "messages": [
            {"role": "system", "content": "Summarize in five bullet points"},
            {"role": "user", "content": f"Title: {TITLE}\nAuthor: Ann Lee\n\nContent: **{SENTENCES[0]}**\n\n{STORY}"},
        ],
        "max_tokens": 2048,
        "temperature": 0.7,
        "n": 1,
        "stream": True,
    }
    response = client.post("/v1/chat/completions", json=body)
    assert response.headers["content-type"].startswith("text/event-stream")
    lines = [line for line in response.text.split("\n") if line]
    assert lines[-1] == "data: [DONE]"
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    points = text.split("\n")
    assert len(points) == 5
    assert all(point.startswith("- ") and is_of_the_story(point[2:]) for point in points)


def test_all_of_a_fragment_of_html_is_the_article(client: TestClient) -> None:
    html = "".join(f"<p>{sentence.replace('Harwick', '<b>Harwick</b>')}</p>" for sentence in SENTENCES)
    body = {"max_completion_tokens": 2048, "temperature": 1.0, "n": 1}
    response = ask(client, f"input: \n{html}<script>no()</script>", "Summarize in 11 sentences", **body)
    briefing = f"/v1/briefings/{response.json()['id'].removeprefix('chatcmpl-')}"
    assert client.get(f"{briefing}/article").json()["text"] == f"{html}<script>no()</script>"
    assert client.get(briefing).json()["article"]["sentences"] == len(SENTENCES)
    assert "no()" not in response.text


def test_a_page_is_read_as_a_page(client: TestClient, pages: Path) -> None:
    page = (pages / "bridge.html").read_text(encoding="utf-8")
    title = json.loads((pages / "bridge.json").read_text(encoding="utf-8"))["title"]
    assert answer(client, page).startswith(f"# {title}\n")


def test_parts_and_consecutive_messages_of_the_user_are_read_together(client: TestClient) -> None:
    parts = [{"type": "text", "text": "Summarize in two sentences."}, {"type": "text", "text": STORY}]
    whole = answer(client, f"Summarize in two sentences.\n\n{STORY}")
    assert answer(client, parts) == whole
    messages = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "Summarize in two sentences."},
        {"role": "user", "content": STORY},
    ]
    response = client.post("/v1/chat/completions", json={"model": "standfirst", "messages": messages})
    assert response.json()["choices"][0]["message"]["content"] == whole


def test_a_link_is_fetched_by_the_same_rules_as_for_briefings(client: TestClient) -> None:
    refused(ask(client, "Summarize http://127.0.0.1/x in three sentences."), 424, "fetch_forbidden")


# --- Limits


@pytest.mark.parametrize("most", [*range(20, 200, 9), 400])
@pytest.mark.parametrize("asked", ["", "Summarize in three sentences:\n", "Five bullet points.\nSummarize:\n"])
def test_a_completion_does_not_exceed_its_token_limit_and_cuts_no_sentence(
    client: TestClient, most: int, asked: str
) -> None:
    content = f"{asked}{STORY}"
    response = ask(client, content, max_tokens=most)
    streamed = ask(client, content, max_tokens=most, stream=True)
    if response.status_code == 422:
        assert "max_tokens" in refused(response, 422, "invalid_request")["message"]
        assert "max_tokens" in streamed.text
        assert most < 60
        return
    reply = response.json()
    text = reply["choices"][0]["message"]["content"]
    assert reply["usage"]["completion_tokens"] == estimate_tokens(text) <= most
    lines = [line.removeprefix("# ").removeprefix("- ") for line in text.split("\n") if line]
    kept = client.get(f"/v1/briefings/{reply['id'].removeprefix('chatcmpl-')}").json()
    known = {one["text"] for one in [kept["headline"], *kept["standfirst"], *kept["points"]] if one}
    for line in lines:
        assert line in known or all(part in known for part in re.split(r"(?<=\.) (?=[A-Z])", line))
    chunks = [json.loads(line[6:]) for line in streamed.text.split("\n") if line.startswith("data: {")]
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == text
    assert chunks[-1]["choices"][0]["finish_reason"] == reply["choices"][0]["finish_reason"]


# --- Refusals


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"n": 2}, "n"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"functions": [{"name": "f"}]}, "functions"),
        ({"logprobs": True}, "logprobs"),
        ({"modalities": ["audio"]}, "modalities"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": "many"}, "max_tokens"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "messages"),
        ({"messages": [{"role": "nobody", "content": STORY}]}, "messages"),
    ],
)
def test_parameters_that_need_another_answer_are_refused_by_name(
    client: TestClient, parameters: dict[str, Any], field: str
) -> None:
    error = refused(ask(client, STORY, **parameters), 422, "invalid_request")
    assert error["param"] == field
    assert error["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    "parameters",
    [
        {"temperature": 2, "presence_penalty": 0.5, "logit_bias": {"50256": -100}, "service_tier": "auto"},
        {"reasoning_effort": "low", "seed": 1, "metadata": {}, "store": False, "chat_template_kwargs": {}},
        {"n": None, "tools": None, "response_format": None, "max_tokens": None, "stream": False, "stop": None},
        {"n": 1, "tools": [], "tool_choice": "none", "logprobs": False, "modalities": ["text"]},
    ],
)
def test_sampling_parameters_have_no_effect(client: TestClient, parameters: dict[str, Any]) -> None:
    assert answer(client, STORY, **parameters) == answer(client)


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "invalid_json"),
        (b"{}", "text/plain", 415, "not_text"),
        (b"{" + b" " * 3_000_000 + b"}", "application/json", 413, "too_large"),
    ],
)
def test_errors_from_before_the_route_have_the_same_shape(
    client: TestClient, body: bytes, kind: str, status: int, code: str
) -> None:
    response = client.post("/v1/chat/completions", content=body, headers={"Content-Type": kind})
    assert refused(response, status, code)["param"] is None


def test_another_method_and_a_message_of_nothing_have_the_same_shape(client: TestClient) -> None:
    refused(client.get("/v1/chat/completions"), 405, "method_not_allowed")
    refused(ask(client, ""), 422, "no_article")
    refused(ask(client, "word " * 100_001), 413, "too_large")


def test_a_key_is_required_and_its_articles_are_counted(tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    digest = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"  # of "secret"
    keys.write_text(f'[[key]]\nname = "reader"\nsha256 = "{digest}"\narticles_per_day = 1\n')
    with service(tmp_path, api_keys_file=keys) as guarded:
        error = refused(ask(guarded), 401, "unauthorized")
        assert error["type"] == "authentication_error"
        guarded.headers["Authorization"] = "Bearer secret"
        assert ask(guarded).status_code == 200
        spent = ask(guarded, STORY + " It is closed.")
        assert refused(spent, 429, "quota_exceeded")["type"] == "rate_limit_error"
        assert int(spent.headers["retry-after"]) > 0


def test_a_writer_that_fails_ends_a_stream_with_openais_error(tmp_path: Path) -> None:
    def fail(_: Any) -> str:
        raise RuntimeError(STORY)

    with service(tmp_path, ScriptedWriter(fail)) as client:
        refused(ask(client), 500, "inference_failed")
        lines = ask(client, stream=True).text.strip().split("\n\n")
    error = json.loads(lines[-1].removeprefix("data: "))["error"]
    assert (error["code"], error["type"]) == ("inference_failed", "server_error")
    assert "Harwick" not in lines[-1]


def test_the_smaller_of_two_token_limits_applies(client: TestClient) -> None:
    reply = ask(client, STORY, max_tokens=4000, max_completion_tokens=80).json()
    assert reply["usage"]["completion_tokens"] <= 80


def test_answers_that_are_no_briefings_do_not_exceed_the_limit_either(client: TestClient) -> None:
    article = f"{STORY} The work will cost the town £0.9m. The work will cost the county £1.5m."
    asked = f"<article>{article}</article>\nQuestion: How much will the work cost the county and the town?"
    whole = ask(client, asked).json()
    tokens = whole["usage"]["completion_tokens"]
    assert whole["choices"][0]["message"]["content"].count("> ") > 1
    short = ask(client, asked, max_tokens=tokens - 1).json()
    assert short["choices"][0]["finish_reason"] == "length"
    assert short["usage"]["completion_tokens"] < tokens
    for said in (asked, "Hello!"):
        assert "max_tokens" in refused(ask(client, said, max_tokens=10), 422, "invalid_request")["message"]
