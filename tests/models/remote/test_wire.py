"""The client of an OpenAI-compatible server: what it sends, and how it reads an answer."""

from __future__ import annotations

import asyncio

import pytest

from standfirst_models.errors import ModelError
from standfirst_models.remote.endpoint import parse_endpoint
from standfirst_models.remote.wire import ChatClient
from tests.models.remote.chat_server import ChatServer, Reply, completion
from tests.models.remote.remote_writer import prompt


def write(server: ChatServer, passage: str = "a") -> str:
    async def run() -> str:
        client = ChatClient(parse_endpoint(server.name).base, "a-secret")
        try:
            return (await client.write("a-model", prompt(passage))).text
        finally:
            await client.close()

    with server:
        return asyncio.run(asyncio.wait_for(run(), 60))


def text_of(reply: Reply) -> str:
    return write(ChatServer(lambda _: reply))


def test_a_prompt_is_sent_as_a_greedy_chat_of_one_message_with_the_key() -> None:
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
        ChatClient("http://host/v1", key)
