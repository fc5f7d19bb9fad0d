"""The remote writer, against a real server on loopback that follows a script."""

from __future__ import annotations

import asyncio
import json
import socket
from threading import Event
from typing import Any

import pytest

from standfirst_models.errors import EngineStopped, InferenceFailed, ModelError, PromptTooLong, UnsuitableModel
from standfirst_models.protocols.served_model import Batch, State
from standfirst_models.remote.writer import RemoteWriter, open_remote_writer
from tests.models.remote.chat_server import ChatServer, Reply, completion, passage, sequence
from tests.models.remote.remote_writer import Clock, prompt, wait_until, with_writer


def test_texts_have_the_order_of_the_prompts() -> None:
    async def use(writer: RemoteWriter, _: Clock) -> None:
        texts = await writer.submit([prompt(f"passage {i}") for i in range(20)])
        assert texts == [f"passage {i}" for i in range(20)]

    with_writer(ChatServer(), use)


def test_a_text_is_emitted_while_others_are_still_being_written() -> None:
    held = Event()

    def answer(body: dict[str, Any]) -> Reply:
        return Reply(completion("slow").body, hold=held) if passage(body) == "slow" else completion("fast")

    async def use(writer: RemoteWriter, _: Clock) -> None:
        emitted: list[tuple[int, str]] = []
        asking = asyncio.create_task(
            writer.submit([prompt("slow"), prompt("fast")], emit=lambda i, text: emitted.append((i, text)))
        )
        await wait_until(lambda: bool(emitted))
        assert emitted == [(1, "fast")]
        assert not asking.done()
        assert await writer.submit([prompt("another caller's")]) == ["fast"]
        held.set()
        assert await asking == ["slow", "fast"]
        assert emitted == [(1, "fast"), (0, "slow")]

    with_writer(ChatServer(answer), use)


def test_patient_prompts_run_after_all_others() -> None:
    held = Event()
    server = ChatServer(
        lambda body: Reply(completion("").body, hold=held) if passage(body) == "first" else completion("")
    )

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        first = asyncio.create_task(writer.submit([prompt("first")]))
        await wait_until(lambda: bool(server.chats))
        patient = asyncio.create_task(writer.submit([prompt("p1"), prompt("p2")], patient=True))
        await asyncio.sleep(0)
        urgent = asyncio.create_task(writer.submit([prompt("u1"), prompt("u2")]))
        for _ in range(5):
            await asyncio.sleep(0)
        held.set()
        await asyncio.gather(first, patient, urgent)

    with_writer(server, use, concurrency=1)
    assert [passage(body) for body in server.chats] == ["first", "u1", "u2", "p1", "p2"]


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_prompt_that_is_not_accepted_raises_after_all_others_are_written(status: int) -> None:
    server = ChatServer(lambda body: Reply(b"{}", status) if passage(body) == "long" else completion("short"))

    async def use(writer: RemoteWriter, _: Clock) -> None:
        emitted: list[int] = []
        with pytest.raises(PromptTooLong):
            await writer.submit([prompt("long"), prompt("a"), prompt("b")], emit=lambda i, _: emitted.append(i))
        assert sorted(emitted) == [1, 2]
        assert writer.state is State.READY

    with_writer(server, use)


def test_if_no_prompt_is_accepted_but_a_trial_is_answered_the_prompts_are_too_long() -> None:
    async def use(writer: RemoteWriter, _: Clock) -> None:
        with pytest.raises(PromptTooLong):
            await writer.submit([prompt("a"), prompt("b")])
        assert writer.state is State.READY

    with_writer(ChatServer(lambda _: Reply(status=413)), use)


def test_a_cancelled_caller_closes_its_connections() -> None:
    server = ChatServer(lambda _: Reply(hold=Event()))

    async def use(writer: RemoteWriter, _: Clock) -> None:
        gone = asyncio.create_task(writer.submit([prompt("a")]))
        await wait_until(lambda: bool(server.chats))
        assert writer.unfinished == 1
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        await wait_until(server.hung_up.is_set)
        assert writer.unfinished == 0

    with_writer(server, use)


def test_close_raises_in_every_caller() -> None:
    server = ChatServer(lambda _: Reply(hold=Event()))

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        waiting = [asyncio.create_task(writer.submit([prompt("a"), prompt("b")])) for _ in range(2)]
        await wait_until(lambda: len(server.chats) == 2)
        await writer.close()
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [EngineStopped, EngineStopped]
        assert writer.state is State.STOPPED
        with pytest.raises(EngineStopped):
            await writer.submit([prompt("late")])

    with_writer(server, use, concurrency=2)


def test_observers_get_each_request_with_the_servers_token_count_or_an_estimate() -> None:
    reports: list[Batch] = []
    usage = {"prompt_tokens": 30, "completion_tokens": 5, "total_tokens": 35}

    async def use(writer: RemoteWriter, _: Clock) -> None:
        writer.observe(reports.append)
        await writer.submit([prompt("a")])
        await writer.submit([prompt("b")])

    with_writer(
        ChatServer(sequence(completion("x", usage=usage), completion("x", usage={"total_tokens": "many"}))), use
    )
    assert [(batch.model, batch.rows, len(batch.waited)) for batch in reports] == [("a-model", 1, 1)] * 2
    assert reports[0].tokens == 35
    assert reports[1].tokens == len("Shorten this. b x") // 4 + 1


def test_the_revision_depends_on_address_and_model_and_not_on_the_key() -> None:
    first = open_remote_writer("openai:http://host:8000/v1#m", "a-key")
    assert first.revision == open_remote_writer("openai:http://host:8000/v1/#m", "another-key").revision
    assert first.revision != open_remote_writer("openai:http://host:8001/v1#m", "a-key").revision
    assert first.revision != open_remote_writer("openai:http://host:8000/v1#n", "a-key").revision
    assert first.name == "m"


def test_a_model_named_by_its_file_is_shown_without_its_folder() -> None:
    assert open_remote_writer("openai:http://host/v1#/home/someone/model.gguf", None).name == "model.gguf"
    assert open_remote_writer("openai:http://host/v1#models/model.gguf", None).name == "model.gguf"
    assert open_remote_writer("openai:http://host/v1#Qwen/Qwen2.5-7B-Instruct", None).name == "Qwen/Qwen2.5-7B-Instruct"


def test_without_a_model_in_the_name_the_servers_first_is_used() -> None:
    with ChatServer(models=("one", "two")) as server:
        assert open_remote_writer(server.name, "a-secret").name == "one"
        server.models = ()
        with pytest.raises(UnsuitableModel):
            open_remote_writer(server.name, None)
    with pytest.raises(ModelError, match="name its model"):
        open_remote_writer(server.name, None)


def test_the_list_of_models_has_a_shorter_timeout_than_a_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("standfirst_models.remote.model._LISTING_TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it connects, and nobody answers
        with pytest.raises(ModelError, match=r"within 0\.5 s\. Start it first"):
            open_remote_writer(f"openai:http://127.0.0.1:{silent.getsockname()[1]}/v1", None)


def test_a_malformed_list_of_models_is_an_error() -> None:
    with ChatServer() as server:
        server.models = (json.loads("{}"),)
        with pytest.raises(InferenceFailed, match="models"):
            open_remote_writer(server.name, None)
