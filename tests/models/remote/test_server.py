"""The remote server, against a real one on loopback that follows a script."""

from __future__ import annotations

import asyncio
import logging
from email.utils import formatdate
from threading import Event
from time import time
from typing import Any

import pytest

from standfirst_models.errors import EngineStopped, InferenceFailed, ModelError, NotReady
from standfirst_models.protocols.served_model import State
from standfirst_models.remote.writer import RemoteWriter
from tests.models.remote.chat_server import ChatServer, Reply, completion, passage, sequence
from tests.models.remote.remote_writer import Clock, prompt, remote_writer, wait_until, with_writer


@pytest.mark.parametrize(
    ("retry_after", "waited"),
    [
        ("7", 7.0),
        ("86400", 30.0),
        ("soon", 0.5),
        ("-5", 0.5),
        (formatdate(time() - 3600, usegmt=True), 0.5),
        (formatdate(time() + 86400, usegmt=True), 30.0),
    ],
    ids=["seconds", "a day in seconds", "no time", "negative", "an hour ago", "in a day"],
)
def test_a_busy_server_is_asked_again_after_its_retry_after_within_bounds(retry_after: str, waited: float) -> None:
    server = ChatServer(sequence(Reply(b"{}", 429, {"Retry-After": retry_after}), completion("at last")))

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        assert await writer.submit([prompt("a")]) == ["at last"]
        assert clock.slept == [waited]

    with_writer(server, use)


def test_a_server_that_stays_busy_is_ready_and_its_retry_after_reaches_the_caller() -> None:
    server = ChatServer(lambda _: Reply(b"{}", 429, {"Retry-After": "9"}))

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        for _ in range(3):
            with pytest.raises(NotReady) as raised:
                await writer.submit([prompt("a")])
            assert raised.value.retry_after == 9
        assert writer.state is State.READY
        assert clock.slept == [9.0] * 9

    with_writer(server, use)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_request_to_an_unavailable_server_is_retried_after_pauses_that_double(status: int) -> None:
    server = ChatServer(lambda _: Reply(b"", status))

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        with pytest.raises(NotReady) as raised:
            await writer.submit([prompt("a")])
        assert raised.value.retry_after >= 1
        assert clock.slept == [0.5, 1.0, 2.0]

    with_writer(server, use)
    assert len(server.chats) == 4


def test_a_lost_connection_is_retried_and_one_that_is_always_lost_fails_the_request() -> None:
    async def use(writer: RemoteWriter, _: Clock) -> None:
        assert await writer.submit([prompt("a")]) == ["whole"]
        with pytest.raises(InferenceFailed):
            await writer.submit([prompt("b")])

    with_writer(ChatServer(sequence(Reply(cut=True), completion("whole"), Reply(cut=True))), use)


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
def test_a_malformed_answer_fails_its_request_and_no_other(reply: Reply) -> None:
    server = ChatServer(lambda body: reply if passage(body) == "bad" else completion("good"))

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        bad, good = await asyncio.gather(
            writer.submit([prompt("bad")]), writer.submit([prompt("good")]), return_exceptions=True
        )
        assert isinstance(bad, InferenceFailed)
        assert good == ["good"]
        assert clock.slept == []

    with_writer(server, use)


def test_after_one_timeout_the_next_caller_gets_an_error_at_once() -> None:
    back = Event()
    server = ChatServer(
        lambda _: Reply(completion("late").body, hold=Event()),
        lambda _: Reply(completion("OK").body, hold=back) if server.chats else completion("OK"),
    )

    async def use(writer: RemoteWriter, _: Clock) -> None:
        with pytest.raises(InferenceFailed, match="within 1 s"):  # it may be what was asked
            await writer.submit([prompt("a")])
        await wait_until(server.hung_up.is_set)
        with pytest.raises(NotReady, match="does not answer"):
            await writer.submit([prompt("b")])
        back.set()
        await wait_until(lambda: writer.state is State.READY)

    with_writer(server, use, timeout_s=1.0)
    assert [passage(body) for body in server.chats] == ["a"]


def test_after_failures_in_a_row_no_request_is_sent_until_a_trial_is_answered() -> None:
    server = ChatServer()

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        server.stop()
        outcomes = await asyncio.gather(*(writer.submit([prompt("a")]) for _ in range(8)), return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {NotReady}
        assert writer.state is State.AWAY
        server.start()
        await wait_until(lambda: writer.state is State.READY)
        assert await writer.submit([prompt("again")]) == ["again"]
        assert [passage(body) for body in server.chats] == ["again"]
        assert max(clock.slept) <= 30.0

    with_writer(server, use)


def test_while_the_circuit_is_open_callers_get_a_retry_after_at_once() -> None:
    back = Event()
    server = ChatServer(
        lambda _: Reply(status=500), sequence(completion("OK"), Reply(completion("OK").body, hold=back))
    )

    async def use(writer: RemoteWriter, clock: Clock) -> None:
        for _ in range(5):
            with pytest.raises(InferenceFailed):
                await writer.submit([prompt("a")])
        await wait_until(lambda: server.trials == 2)  # which is under way, and held
        with pytest.raises(NotReady) as raised:
            await writer.submit([prompt("b")])
        assert raised.value.retry_after >= 1
        assert len(server.chats) == 5
        back.set()
        await wait_until(lambda: writer.state is State.READY)

    with_writer(server, use)


def test_at_the_start_it_waits_until_the_server_answers() -> None:
    server = ChatServer()
    with server:
        pass  # its port is known now, and nobody listens there

    async def run() -> None:
        clock = Clock()
        writer = remote_writer(server, clock)
        writer.start()
        ready = asyncio.create_task(writer.ready())
        await wait_until(lambda: len(clock.slept) > 3)
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
def test_a_refused_first_trial_fails_the_start_with_its_reason(reply: Reply, what: str) -> None:
    async def run() -> None:
        writer = remote_writer(server, Clock())
        writer.start()
        with pytest.raises(ModelError, match=what):
            await writer.ready()
        assert writer.state is State.FAILED
        with pytest.raises(EngineStopped):
            await writer.submit([prompt("a")])
        await writer.close()

    with ChatServer(trial=lambda _: reply) as server:
        asyncio.run(asyncio.wait_for(run(), 60))


def test_a_key_that_is_revoked_later_is_logged_once_and_may_work_again(caplog: pytest.LogCaptureFixture) -> None:
    back = Event()

    def trial(_: dict[str, Any]) -> Reply:
        return completion("OK") if back.is_set() or not server.chats else Reply(status=401)

    server = ChatServer(lambda _: completion("fine") if back.is_set() else Reply(status=401), trial)

    async def use(writer: RemoteWriter, _: Clock) -> None:
        with pytest.raises(NotReady):
            await writer.submit([prompt("a")])
        await wait_until(lambda: server.trials > 2)
        assert writer.state is State.AWAY
        back.set()
        await wait_until(lambda: writer.state is State.READY)
        assert await writer.submit([prompt("a")]) == ["fine"]

    with caplog.at_level(logging.WARNING):
        with_writer(server, use)
    # Said once, however often it was tried, and without what was sent.
    [line] = [record.getMessage() for record in caplog.records if "401" in record.getMessage()]
    assert "STANDFIRST_WRITER_KEY" in line
    assert "a-secret" not in caplog.text


def test_a_refused_prompt_fails_its_caller_only_while_trials_are_answered() -> None:
    held = Event()

    def answer(body: dict[str, Any]) -> Reply:
        return Reply(b"{}", 403) if passage(body) == "flagged" else Reply(completion("fine").body, hold=held)

    server = ChatServer(answer)

    async def use(writer: RemoteWriter, _: Clock) -> None:
        other = asyncio.create_task(writer.submit([prompt("a")]))
        await wait_until(lambda: bool(server.chats))
        with pytest.raises(InferenceFailed):
            await writer.submit([prompt("flagged")])
        assert writer.state is State.READY
        held.set()
        assert await other == ["fine"]

    with_writer(server, use)


def test_requests_that_wait_when_the_circuit_opens_end_at_once() -> None:
    back, held = Event(), Event()

    def answer(body: dict[str, Any]) -> Reply:
        return Reply(status=500) if passage(body) == "bad" else Reply(completion("fine").body, hold=held)

    server = ChatServer(answer, sequence(completion("OK"), Reply(completion("OK").body, hold=back)))

    async def use(writer: RemoteWriter, _: Clock) -> None:
        waiting = [asyncio.create_task(writer.submit([prompt("a")])) for _ in range(2)]
        await wait_until(lambda: len(server.chats) == 2)
        bad = asyncio.gather(*(writer.submit([prompt("bad")]) for _ in range(5)), return_exceptions=True)
        for outcome in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(outcome, NotReady)
            assert "asked again by itself" in str(outcome)
        await bad
        back.set()
        await wait_until(lambda: writer.state is State.READY)
        held.set()
        assert await writer.submit([prompt("a")]) == ["fine"]

    with_writer(server, use)


def test_a_server_that_accepts_neither_prompts_nor_a_trial_is_away() -> None:
    back = Event()

    def trial(_: dict[str, Any]) -> Reply:
        return completion("OK") if back.is_set() or not server.chats else Reply(status=400)

    server = ChatServer(lambda _: completion("fine") if back.is_set() else Reply(status=400), trial)

    async def use(writer: RemoteWriter, _: Clock) -> None:
        with pytest.raises(NotReady) as raised:
            await writer.submit([prompt("a"), prompt("b")])
        assert raised.value.retry_after >= 1
        assert writer.state is State.AWAY
        back.set()
        await wait_until(lambda: writer.state is State.READY)
        assert await writer.submit([prompt("a")]) == ["fine"]

    with_writer(server, use)


def test_a_server_that_is_too_busy_for_a_trial_is_ready() -> None:
    server = ChatServer(trial=lambda _: Reply(status=429))

    async def use(writer: RemoteWriter, _: Clock) -> None:
        assert writer.state is State.READY

    with_writer(server, use)
    assert server.trials == 1
