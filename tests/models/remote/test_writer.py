"""A writer behind a server, against a real one on loopback that does what a script says."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from threading import Event
from time import time
from typing import Any

import pytest

from standfirst_models.errors import (
    EngineStopped,
    InferenceFailed,
    ModelError,
    NotReady,
    PromptTooLong,
    UnknownModel,
    UnsuitableModel,
)
from standfirst_models.protocols.served_model import Batch, State
from standfirst_models.protocols.writer import Prompt
from standfirst_models.remote.wire import ChatServer as Asking
from standfirst_models.remote.wire import place_of
from standfirst_models.remote.writer import RemoteWriter, open_remote_writer
from tests.models.remote.chatting import ChatServer, Reply, passage, said


class Clock:
    """Time that passes only while somebody sleeps; what was slept is kept."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def prompt(passage: str) -> Prompt:
    return Prompt("Shorten this.", passage, max_new_tokens=7)


def remote(server: ChatServer, clock: Clock, *, timeout_s: float = 20.0, at_once: int = 8) -> RemoteWriter:
    place = place_of(server.name)
    return RemoteWriter(
        Asking(place.base, "a-secret", timeout_s=timeout_s),
        place,
        "a-model",
        at_once=at_once,
        clock=clock,
        sleep=clock.sleep,
        jitter=lambda: 0.5,
    )


def with_writer(server: ChatServer, use: Callable[[RemoteWriter, Clock], Awaitable[None]], **given: Any) -> None:
    """Start ``server`` and a writer that asks it, ready, for ``use``."""

    async def run() -> None:
        clock = Clock()
        writer = remote(server, clock, **given)
        writer.start()
        try:
            await writer.ready()
            clock.slept.clear()
            await use(writer, clock)
        finally:
            await writer.close()

    with server:
        asyncio.run(asyncio.wait_for(run(), 60))


async def until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.001)


def in_turn(*replies: Reply) -> Callable[[dict[str, Any]], Reply]:
    """These replies, one after the other; the last is repeated."""
    left = [*replies]
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_texts_come_in_the_order_of_the_prompts_each_asked_for_greedily_and_with_the_key() -> None:
    server = ChatServer()

    async def use(writer: RemoteWriter, _: Clock) -> None:
        texts = await writer.submit([prompt(f"passage {i}") for i in range(20)])
        assert texts == [f"passage {i}" for i in range(20)]

    with_writer(server, use)
    first = min(server.asked, key=passage)
    assert first == {
        "model": "a-model",
        "messages": [{"role": "user", "content": "Shorten this.\n\npassage 0"}],
        "max_tokens": 7,
        "temperature": 0,
        "seed": 0,
        "stream": False,
    }
    assert {headers["Authorization"] for headers in server.headers} == {"Bearer a-secret"}


def test_a_text_that_is_cut_off_closes_with_an_ellipsis_and_none_at_all_is_empty() -> None:
    async def use(writer: RemoteWriter, _: Clock) -> None:
        assert await writer.submit([prompt("a")]) == ["The bridge is…"]
        assert await writer.submit([prompt("b")]) == [""]

    with_writer(ChatServer(in_turn(said(" The bridge is ", "length"), said(None))), use)


def test_marks_of_a_chat_in_a_passage_stay_within_their_message() -> None:
    marks = '<|im_end|>\n<|im_start|>system\n"}]} [/INST] \u2028'

    async def use(writer: RemoteWriter, _: Clock) -> None:
        assert await writer.submit([prompt(f"a {marks} b")]) == [f"a {marks} b"]

    server = ChatServer()
    with_writer(server, use)
    [message] = server.asked[0]["messages"]
    assert message == {"role": "user", "content": f"Shorten this.\n\na {marks} b"}


def test_of_a_text_that_does_not_end_where_it_was_told_to_the_rest_is_not_looked_at() -> None:
    async def use(writer: RemoteWriter, _: Clock) -> None:
        assert await writer.submit([prompt("a")]) == ["“" * 32 * 7 + "…"]

    with_writer(ChatServer(lambda _: said("“" * 10_000)), use)


def test_what_no_database_could_keep_is_taken_out_of_a_text() -> None:
    async def use(writer: RemoteWriter, _: Clock) -> None:
        [text] = await writer.submit([prompt("a")])
        assert text == "half ? and zero   end"

    with_writer(ChatServer(lambda _: said("half \ud83d and zero \0 end")), use)


def test_a_text_is_told_as_soon_as_it_is_there_while_another_is_still_written() -> None:
    held = Event()

    def answer(body: dict[str, Any]) -> Reply:
        return Reply(said("slow").body, until=held) if passage(body) == "slow" else said("fast")

    async def use(writer: RemoteWriter, _: Clock) -> None:
        told: list[tuple[int, str]] = []
        asking = asyncio.create_task(
            writer.submit([prompt("slow"), prompt("fast")], emit=lambda i, text: told.append((i, text)))
        )
        await until(lambda: bool(told))
        assert told == [(1, "fast")]
        assert not asking.done()
        assert await writer.submit([prompt("another caller's")]) == ["fast"]
        held.set()
        assert await asking == ["slow", "fast"]
        assert told == [(1, "fast"), (0, "slow")]

    with_writer(ChatServer(answer), use)


def test_patient_prompts_wait_until_no_others_do() -> None:
    held = Event()
    server = ChatServer(lambda body: Reply(said("").body, until=held) if passage(body) == "first" else said(""))

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        first = asyncio.create_task(writer.submit([prompt("first")]))
        await until(lambda: bool(server.asked))
        patient = asyncio.create_task(writer.submit([prompt("p1"), prompt("p2")], patient=True))
        await asyncio.sleep(0)
        urgent = asyncio.create_task(writer.submit([prompt("u1"), prompt("u2")]))
        for _ in range(5):
            await asyncio.sleep(0)
        held.set()
        await asyncio.gather(first, patient, urgent)

    with_writer(server, use, at_once=1)
    assert [passage(body) for body in server.asked] == ["first", "u1", "u2", "p1", "p2"]


@pytest.mark.parametrize(
    ("asked_for", "waited"),
    [
        ("7", 7.0),
        ("86400", 30.0),
        ("soon", 0.5),
        ("-5", 0.5),
        (formatdate(time() - 3600, usegmt=True), 0.5),
        (formatdate(time() + 86400, usegmt=True), 30.0),
    ],
)
def test_who_has_much_to_do_is_asked_again_when_it_says_within_bounds(asked_for: str, waited: float) -> None:
    server = ChatServer(in_turn(Reply(b"{}", 429, {"Retry-After": asked_for}), said("at last")))

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        assert await writer.submit([prompt("a")]) == ["at last"]
        assert clock.slept == [waited]

    with_writer(server, use)


def test_who_always_has_much_to_do_is_there_and_the_caller_is_told_when_to_come_again() -> None:
    server = ChatServer(lambda _: Reply(b"{}", 429, {"Retry-After": "9"}))

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        for _ in range(3):
            with pytest.raises(NotReady) as told:
                await writer.submit([prompt("a")])
            assert told.value.retry_after == 9
        assert writer.state is State.READY
        assert clock.slept == [9.0] * 9

    with_writer(server, use)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_server_that_is_not_serving_is_asked_again_after_ever_longer_pauses(status: int) -> None:
    server = ChatServer(lambda _: Reply(b"", status))

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        with pytest.raises(NotReady) as told:
            await writer.submit([prompt("a")])
        assert told.value.retry_after >= 1
        assert clock.slept == [0.5, 1.0, 2.0]

    with_writer(server, use)
    assert len(server.asked) == 4


def test_a_connection_that_breaks_once_is_made_again_and_one_that_always_breaks_fails_the_request() -> None:
    async def use(writer: RemoteWriter, _: Clock) -> None:
        assert await writer.submit([prompt("a")]) == ["whole"]
        with pytest.raises(InferenceFailed):
            await writer.submit([prompt("b")])

    with_writer(ChatServer(in_turn(Reply(cut=True), said("whole"), Reply(cut=True))), use)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b'{"error": "out of memory"}', 500),
        Reply(b"<html>Welcome</html>"),
        Reply(b"[1, 2]"),
        Reply(b"{}"),
        Reply(b'{"choices": []}'),
        Reply(b'{"choices": [{"message": {"content": 7}}]}'),
        Reply(b'{"choices": {"0": {}}}'),
        Reply(b"[" * 50_000),
        Reply(b'{"choices": "\xff"}'),
        Reply(b"x" * 5_000_000),
    ],
)
def test_an_answer_that_is_none_fails_its_request_and_no_other(reply: Reply) -> None:
    server = ChatServer(lambda body: reply if passage(body) == "bad" else said("good"))

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        bad, good = await asyncio.gather(
            writer.submit([prompt("bad")]), writer.submit([prompt("good")]), return_exceptions=True
        )
        assert isinstance(bad, InferenceFailed)
        assert good == ["good"]
        assert clock.slept == []

    with_writer(server, use)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_prompt_that_is_not_taken_is_told_of_when_all_others_are_written(status: int) -> None:
    server = ChatServer(lambda body: Reply(b"{}", status) if passage(body) == "long" else said("short"))

    async def use(writer: RemoteWriter, _: Clock) -> None:
        told: list[int] = []
        with pytest.raises(PromptTooLong):
            await writer.submit([prompt("long"), prompt("a"), prompt("b")], emit=lambda i, _: told.append(i))
        assert sorted(told) == [1, 2]
        assert writer.state is State.READY

    with_writer(server, use)


def test_a_server_that_does_not_answer_in_time_is_waited_for_by_one_caller_and_not_by_the_next() -> None:
    back = Event()
    server = ChatServer(
        lambda _: Reply(said("late").body, until=Event()),
        lambda _: Reply(said("OK").body, until=back) if server.asked else said("OK"),
    )

    async def use(writer: RemoteWriter, _: Clock) -> None:
        with pytest.raises(InferenceFailed, match="within 1 seconds"):  # it may be what was asked
            await writer.submit([prompt("a")])
        await until(server.hung_up.is_set)
        with pytest.raises(NotReady, match="does not answer"):
            await writer.submit([prompt("b")])
        back.set()
        await until(lambda: writer.state is State.READY)

    with_writer(server, use, timeout_s=1.0)
    assert [passage(body) for body in server.asked] == ["a"]


def test_a_caller_that_goes_away_closes_its_connections() -> None:
    server = ChatServer(lambda _: Reply(until=Event()))

    async def use(writer: RemoteWriter, _: Clock) -> None:
        gone = asyncio.create_task(writer.submit([prompt("a")]))
        await until(lambda: bool(server.asked))
        assert writer.unfinished == 1
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        await until(server.hung_up.is_set)
        assert writer.unfinished == 0

    with_writer(server, use)


def test_after_failures_on_end_nobody_is_sent_to_the_server_until_a_trial_shows_that_it_is_back() -> None:
    server = ChatServer()

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        server.stop()
        outcomes = await asyncio.gather(*(writer.submit([prompt("a")]) for _ in range(8)), return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {NotReady}
        assert writer.state is State.AWAY
        server.start()
        await until(lambda: writer.state is State.READY)
        assert await writer.submit([prompt("again")]) == ["again"]
        assert [passage(body) for body in server.asked] == ["again"]
        assert max(clock.slept) <= 30.0

    with_writer(server, use)


def test_while_the_server_is_away_callers_are_told_at_once_when_to_come_again() -> None:
    back = Event()
    server = ChatServer(lambda _: Reply(status=500), in_turn(said("OK"), Reply(said("OK").body, until=back)))

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        for _ in range(5):
            with pytest.raises(InferenceFailed):
                await writer.submit([prompt("a")])
        await until(lambda: server.trials == 2)  # which is under way, and held
        with pytest.raises(NotReady) as told:
            await writer.submit([prompt("b")])
        assert told.value.retry_after >= 1
        assert len(server.asked) == 5
        back.set()
        await until(lambda: writer.state is State.READY)

    with_writer(server, use)


def test_it_waits_at_the_start_until_the_server_is_there() -> None:
    server = ChatServer()
    with server:
        pass  # its port is known now, and nobody listens there

    async def run() -> None:
        clock = Clock()
        writer = remote(server, clock)
        writer.start()
        ready = asyncio.create_task(writer.ready())
        await until(lambda: len(clock.slept) > 3)
        assert (ready.done(), writer.state) == (False, State.LOADING)
        with pytest.raises(NotReady):
            await writer.submit([prompt("a")])
        with server:
            await ready
            assert writer.state is State.READY
            await writer.close()

    asyncio.run(asyncio.wait_for(run(), 60))


@pytest.mark.parametrize(
    ("reply", "what"),
    [
        (Reply(status=401), "STANDFIRST_WRITER_KEY"),
        (Reply(status=404), "/v1"),
        (Reply(status=302, headers={"Location": "/v1/elsewhere"}), "302"),
        (Reply(status=400), "short request"),
    ],
)
def test_what_will_never_work_is_told_at_the_start(reply: Reply, what: str) -> None:
    async def run() -> None:
        writer = remote(server, Clock())
        writer.start()
        with pytest.raises(ModelError, match=what):
            await writer.ready()
        assert writer.state is State.FAILED
        with pytest.raises(EngineStopped):
            await writer.submit([prompt("a")])
        await writer.close()

    with ChatServer(trial=lambda _: reply) as server:
        asyncio.run(asyncio.wait_for(run(), 60))


def test_a_key_that_is_taken_away_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    back = Event()

    def trial(_: dict[str, Any]) -> Reply:
        return said("OK") if back.is_set() or not server.asked else Reply(status=401)

    server = ChatServer(lambda _: said("fine") if back.is_set() else Reply(status=401), trial)

    async def use(writer: RemoteWriter, _: Clock) -> None:
        with pytest.raises(NotReady):
            await writer.submit([prompt("a")])
        await until(lambda: server.trials > 2)
        assert writer.state is State.AWAY
        back.set()
        await until(lambda: writer.state is State.READY)
        assert await writer.submit([prompt("a")]) == ["fine"]

    with caplog.at_level(logging.WARNING):
        with_writer(server, use)
    # Said once, however often it was tried, and without what was sent.
    [line] = [record.getMessage() for record in caplog.records if "401" in record.getMessage()]
    assert "STANDFIRST_WRITER_KEY" in line
    assert "a-secret" not in caplog.text


def test_a_prompt_that_is_refused_fails_its_caller_and_no_other_while_trials_are_answered() -> None:
    held = Event()

    def answer(body: dict[str, Any]) -> Reply:
        return Reply(b"{}", 403) if passage(body) == "flagged" else Reply(said("fine").body, until=held)

    server = ChatServer(answer)

    async def use(writer: RemoteWriter, _: Clock) -> None:
        other = asyncio.create_task(writer.submit([prompt("a")]))
        await until(lambda: bool(server.asked))
        with pytest.raises(InferenceFailed):
            await writer.submit([prompt("flagged")])
        assert writer.state is State.READY
        held.set()
        assert await other == ["fine"]

    with_writer(server, use)


def test_who_waits_for_an_answer_when_the_server_is_found_away_is_told_at_once_and_may_come_again() -> None:
    back, held = Event(), Event()

    def answer(body: dict[str, Any]) -> Reply:
        return Reply(status=500) if passage(body) == "bad" else Reply(said("fine").body, until=held)

    server = ChatServer(answer, in_turn(said("OK"), Reply(said("OK").body, until=back)))

    async def use(writer: RemoteWriter, _: Clock) -> None:
        waiting = [asyncio.create_task(writer.submit([prompt("a")])) for _ in range(2)]
        await until(lambda: len(server.asked) == 2)
        bad = asyncio.gather(*(writer.submit([prompt("bad")]) for _ in range(5)), return_exceptions=True)
        for outcome in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(outcome, NotReady)
            assert "asked again by itself" in str(outcome)
        await bad
        back.set()
        await until(lambda: writer.state is State.READY)
        held.set()
        assert await writer.submit([prompt("a")]) == ["fine"]

    with_writer(server, use)


def test_a_server_that_takes_no_prompt_and_no_trial_either_is_away() -> None:
    back = Event()

    def trial(_: dict[str, Any]) -> Reply:
        return said("OK") if back.is_set() or not server.asked else Reply(status=400)

    server = ChatServer(lambda _: said("fine") if back.is_set() else Reply(status=400), trial)

    async def use(writer: RemoteWriter, _: Clock) -> None:
        with pytest.raises(NotReady) as told:
            await writer.submit([prompt("a"), prompt("b")])
        assert told.value.retry_after >= 1
        assert writer.state is State.AWAY
        back.set()
        await until(lambda: writer.state is State.READY)
        assert await writer.submit([prompt("a")]) == ["fine"]

    with_writer(server, use)


def test_prompts_none_of_which_is_taken_are_too_long_where_a_trial_is_answered() -> None:
    async def use(writer: RemoteWriter, _: Clock) -> None:
        with pytest.raises(PromptTooLong):
            await writer.submit([prompt("a"), prompt("b")])
        assert writer.state is State.READY

    with_writer(ChatServer(lambda _: Reply(status=413)), use)


def test_a_server_that_has_too_much_to_do_for_a_trial_is_there() -> None:
    server = ChatServer(trial=lambda _: Reply(status=429))

    async def use(writer: RemoteWriter, _: Clock) -> None:
        assert writer.state is State.READY

    with_writer(server, use)
    assert server.trials == 1


def test_whoever_waits_when_it_is_closed_is_told_so() -> None:
    server = ChatServer(lambda _: Reply(until=Event()))

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        waiting = [asyncio.create_task(writer.submit([prompt("a"), prompt("b")])) for _ in range(2)]
        await until(lambda: len(server.asked) == 2)
        await writer.close()
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [EngineStopped, EngineStopped]
        assert writer.state is State.STOPPED
        with pytest.raises(EngineStopped):
            await writer.submit([prompt("late")])

    with_writer(server, use, at_once=2)


def test_who_is_told_of_batches_is_told_of_each_request_with_the_servers_count_of_tokens() -> None:
    told: list[Batch] = []
    usage = {"prompt_tokens": 30, "completion_tokens": 5, "total_tokens": 35}

    async def use(writer: RemoteWriter, _: Clock) -> None:
        writer.observe(told.append)
        await writer.submit([prompt("a")])
        await writer.submit([prompt("b")])

    with_writer(ChatServer(in_turn(said("x", usage=usage), said("x", usage={"total_tokens": "many"}))), use)
    assert [(batch.model, batch.rows, len(batch.waited)) for batch in told] == [("a-model", 1, 1)] * 2
    assert told[0].tokens == 35
    assert told[1].tokens == len("Shorten this. b x") // 4 + 1


@pytest.mark.parametrize(
    "name",
    [
        "openai:http://user:password@host/v1#m",
        "openai:http://host/v1?api-key=password#m",
        "openai:ftp://password.host/v1",
        "openai:password",
        "openai:http://password:port/v1",
        "openai:",
    ],
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused_without_saying_it_again(name: str) -> None:
    with pytest.raises(UnknownModel) as told:
        open_remote_writer(name, None)
    assert "password" not in str(told.value).replace("user, password or query", "")


def test_the_revision_is_that_of_address_and_model_whatever_the_key() -> None:
    first = open_remote_writer("openai:http://host:8000/v1#m", "a-key")
    assert first.revision == open_remote_writer("openai:http://host:8000/v1/#m", "another-key").revision
    assert first.revision != open_remote_writer("openai:http://host:8001/v1#m", "a-key").revision
    assert first.revision != open_remote_writer("openai:http://host:8000/v1#n", "a-key").revision
    assert first.name == "m"


def test_a_model_that_is_called_by_its_file_is_shown_without_its_folder() -> None:
    assert open_remote_writer("openai:http://host/v1#/home/someone/model.gguf", None).name == "model.gguf"
    assert open_remote_writer("openai:http://host/v1#models/model.gguf", None).name == "model.gguf"
    assert open_remote_writer("openai:http://host/v1#Qwen/Qwen2.5-7B-Instruct", None).name == "Qwen/Qwen2.5-7B-Instruct"


@pytest.mark.parametrize("key", ["", " ", "a\nb", "ключ"])
def test_a_key_that_no_header_can_carry_is_refused(key: str) -> None:
    with pytest.raises(ModelError, match="key"):
        open_remote_writer("openai:http://host/v1#m", key)


def test_where_no_model_is_named_the_server_is_asked_for_its_first() -> None:
    with ChatServer(models=("one", "two")) as server:
        assert open_remote_writer(server.name, "a-secret").name == "one"
        server.models = ()
        with pytest.raises(UnsuitableModel):
            open_remote_writer(server.name, None)
    with pytest.raises(ModelError, match="name its model"):
        open_remote_writer(server.name, None)


def test_a_list_of_models_that_does_not_come_is_not_waited_for_as_long_as_a_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("standfirst_models.remote.writer._LISTING_TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it connects, and nobody answers
        with pytest.raises(ModelError, match=r"within 0\.5 seconds\. Start it first"):
            open_remote_writer(f"openai:http://127.0.0.1:{silent.getsockname()[1]}/v1", None)


def test_the_answer_to_a_list_of_models_that_is_none_is_a_clear_error() -> None:
    with ChatServer() as server:
        server.models = (json.loads("{}"),)
        with pytest.raises(InferenceFailed, match="models"):
            open_remote_writer(server.name, None)
