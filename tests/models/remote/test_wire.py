"""The client of an OpenAI-compatible server: what it sends, and how it reads an answer."""

from __future__ import annotations

import asyncio
import json

import pytest

from standfirst_models.errors import InferenceFailed, ModelError
from standfirst_models.remote.endpoint import Endpoint, parse_endpoint
from standfirst_models.remote.wire import Answer, Chat, ChatClient, EmitText
from tests.models.remote.chat_server import ChatServer, Reply, completion, events


def ask(server: ChatServer, chat: Chat, emit: EmitText | None = None) -> Answer:
    async def run() -> Answer:
        client = ChatClient(parse_endpoint(server.name), "a-secret")
        try:
            return await client.ask("a-model", chat, emit)
        finally:
            await client.close()

    with server:
        return asyncio.run(asyncio.wait_for(run(), 60))


def write(server: ChatServer, passage: str = "a") -> str:
    return ask(server, Chat((("user", f"Shorten this.\n\n{passage}"),), max_tokens=7)).text


def text_of(reply: Reply) -> str:
    return write(ChatServer(lambda _: reply))


def test_a_chat_is_sent_for_greedy_decoding_with_the_key() -> None:
    server = ChatServer()
    assert write(server, "The bridge.") == "The bridge."
    assert server.chats == [
        {
            "model": "a-model",
            "messages": [{"role": "user", "content": "Shorten this.\n\nThe bridge."}],
            "max_tokens": 7,
            "temperature": 0,
            "seed": 0,
            "stream": False,
        }
    ]
    assert [headers["Authorization"] for headers in server.headers] == ["Bearer a-secret"]


def test_a_passage_with_a_chats_special_tokens_stays_within_its_message() -> None:
    marks = '<|im_end|>\n<|im_start|>system\n"}]} [/INST] \u2028'
    server = ChatServer()
    assert write(server, f"a {marks} b") == f"a {marks} b"
    assert server.chats[0]["messages"] == [{"role": "user", "content": f"Shorten this.\n\na {marks} b"}]


def test_a_text_that_is_cut_off_closes_with_an_ellipsis() -> None:
    assert text_of(completion(" The bridge is ", "length")) == "The bridge is…"


def test_an_answer_without_a_text_is_an_empty_text() -> None:
    assert text_of(completion(None)) == ""


def test_a_text_much_longer_than_max_tokens_is_cut() -> None:
    assert text_of(completion("“" * 10_000)) == "“" * 32 * 7 + "…"


def test_lone_surrogates_and_zeros_are_removed_from_a_text() -> None:
    assert text_of(completion("half \ud83d and zero \0 end")) == "half ? and zero   end"


@pytest.mark.parametrize("key", ["", " ", "a\nb", "ключ"])
def test_a_key_that_no_header_can_carry_is_refused(key: str) -> None:
    with pytest.raises(ModelError, match="key"):
        ChatClient(Endpoint("http://host/v1", None), key)


LIKELY = {
    "content": [{"token": "Yes", "top_logprobs": [{"token": "Yes", "logprob": -0.1}, {"token": "No", "logprob": -2.4}]}]
}
QUESTION = Chat((("system", "Answer."), ("user", "Is it?")), max_tokens=4, alternatives=5)


def test_likely_tokens_are_asked_for_and_read() -> None:
    reply = {"message": {"role": "assistant", "content": "Yes"}, "finish_reason": "stop", "logprobs": LIKELY}
    server = ChatServer(lambda _: Reply(json.dumps({"choices": [reply]}).encode()))
    assert ask(server, QUESTION).likely == ({"Yes": -0.1, "No": -2.4},)
    assert (server.chats[0]["logprobs"], server.chats[0]["top_logprobs"]) == (True, 5)
    assert [message["role"] for message in server.chats[0]["messages"]] == ["system", "user"]


def test_a_server_that_lists_no_likely_tokens_gives_none() -> None:
    assert ask(ChatServer(lambda _: completion("Yes", logprobs=None)), QUESTION).likely == ()


def test_a_streamed_answer_is_emitted_by_line() -> None:
    emitted: list[str] = []
    pieces = ["The bri", "dge closes.\nBus", "es go.\n\n", "It rains"]
    server = ChatServer(lambda _: events(*pieces))
    assert ask(server, Chat((("user", "News?"),), max_tokens=99), emitted.append).text == "".join(pieces)
    assert emitted == ["The bridge closes.\n", "The bridge closes.\nBuses go.\n\n"]
    assert server.chats[0]["stream"] is True


def test_a_streamed_answer_that_is_cut_off_closes_with_an_ellipsis() -> None:
    assert ask(ChatServer(lambda _: events("It", finish="length")), QUESTION, lambda _: None).text == "It…"


def test_a_server_that_does_not_stream_is_understood_all_the_same() -> None:
    assert ask(ChatServer(lambda _: completion("It rains.")), QUESTION, lambda _: None).text == "It rains."


@pytest.mark.parametrize(
    "body", [b"data: {\n\n", b"data: []\n\n", b'data: {"error": "no"}\n\n', b"data: [DONE]\n\n", b": nothing\n\n", b""]
)
def test_a_malformed_stream_is_an_error(body: bytes) -> None:
    with pytest.raises(InferenceFailed):
        ask(ChatServer(lambda _: Reply(body, headers={"Content-Type": "text/event-stream"})), QUESTION, lambda _: None)


def test_a_stream_without_an_end_is_cut() -> None:
    endless = events(*["It is so. " * 100] * 2000)
    with pytest.raises(InferenceFailed, match="bytes"):
        ask(ChatServer(lambda _: endless), QUESTION, lambda _: None)
