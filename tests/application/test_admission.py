"""The admission queue: what it refuses, for how long, and whose turn is next."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.application.admission import AdmissionQueue
from standfirst.errors import QueueFull
from tests.api.scripted_service import STORY, HeldWriter, problem, service
from tests.models.scripted import ScriptedEncoder


def test_articles_beyond_the_limit_are_refused_with_a_time_to_retry() -> None:
    async def use() -> None:
        queue = AdmissionQueue(2)
        async with queue.slot("a"):
            assert queue.retry_after == 0
            async with queue.slot("a"):
                assert queue.retry_after >= 1
                with pytest.raises(QueueFull) as refused:
                    await queue.slot("b").__aenter__()
                assert refused.value.retry_after >= 1
            assert queue.retry_after == 0

    asyncio.run(use())


class Clock:
    """A clock that only ``hold`` advances."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr("standfirst.application.admission.time.monotonic", lambda: self.now)

    async def hold(self, queue: AdmissionQueue, seconds: float, *, completed: bool) -> None:
        """Hold a slot for some seconds, and complete or abandon it."""
        with suppress(TimeoutError):
            async with queue.slot("a"):
                self.now += seconds
                if not completed:
                    raise TimeoutError


def test_a_long_abandoned_wait_raises_the_time_to_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    async def use() -> None:
        queue = AdmissionQueue(1)
        await Clock(monkeypatch).hold(queue, 60, completed=False)
        async with queue.slot("a"):
            assert queue.retry_after > 10

    asyncio.run(use())


def test_short_abandoned_waits_do_not_lower_the_time_to_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    async def use() -> None:
        queue, clock = AdmissionQueue(1), Clock(monkeypatch)
        await clock.hold(queue, 60, completed=True)
        for _ in range(20):
            await clock.hold(queue, 0.01, completed=False)
        async with queue.slot("a"):
            assert queue.retry_after > 10

    asyncio.run(use())


def test_callers_take_turns() -> None:
    async def use() -> None:
        queue, order = AdmissionQueue(20, concurrency=1), list[str]()

        async def ask(caller: str) -> None:
            async with queue.slot(caller):
                order.append(caller)
                await asyncio.sleep(0)

        async with asyncio.TaskGroup() as group:
            for caller in "aaaaaabbc":
                group.create_task(ask(caller))
        assert "".join(order) == "aabcabaaa"

    asyncio.run(use())


def test_cancelled_waits_take_no_turn() -> None:
    async def use() -> None:
        queue, order = AdmissionQueue(40, concurrency=1), list[str]()

        async def ask(caller: str) -> None:
            async with queue.slot(caller):
                order.append(caller)
                await asyncio.sleep(0)

        async with asyncio.TaskGroup() as group:
            group.create_task(ask("first"))
            gone = [group.create_task(ask("a")) for _ in range(10)]
            await asyncio.sleep(0)
            for caller in "abbb":
                group.create_task(ask(caller))
            for one in gone:
                one.cancel()
        assert order == ["first", *"abbb"]

    asyncio.run(use())


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.one_of(st.none(), st.integers(0, 8)))))
def test_every_slot_is_free_after_all_callers_have_left(callers: list[tuple[str, int, int | None]]) -> None:
    """Each caller holds a slot for some steps of the loop, or leaves after some."""

    async def use() -> None:
        queue, most = AdmissionQueue(100, concurrency=2), 0

        async def ask(caller: str, turns: int) -> None:
            nonlocal most
            async with queue.slot(caller):
                most = max(most, queue.running)
                for _ in range(turns):
                    await asyncio.sleep(0)

        async def give_up(task: asyncio.Task[None], turns: int) -> None:
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()

        tasks = []
        for caller, turns, patience in callers:
            tasks.append(asyncio.create_task(ask(caller, turns)))
            if patience is not None:
                tasks.append(asyncio.create_task(give_up(tasks[-1], patience)))
        await asyncio.gather(*tasks, return_exceptions=True)
        assert most <= 2
        assert (queue.running, queue.waiting) == (0, 0)
        await asyncio.wait_for(ask("d", 1), 1)

    asyncio.run(use())


def test_an_article_whose_turn_comes_after_its_deadline_times_out(tmp_path: Path) -> None:
    writer = HeldWriter()
    with service(tmp_path, writer) as client:
        asked = [
            Thread(target=client.post, args=("/v1/briefings",), kwargs={"json": {"text": f"{STORY} {number}."}})
            for number in range(16)
        ]
        for one in asked:
            one.start()
        while 'standfirst_articles{state="running"} 16' not in client.get("/metrics").text:
            pass
        late = {"text": STORY, "timeout_s": 0.5, "on_timeout": "quote"}
        problem(client.post("/v1/briefings", json=late), 503, "timed_out")
        writer.go_on.set()
        for one in asked:
            one.join()


def test_no_model_works_on_a_refused_article(tmp_path: Path) -> None:
    writer, encoder = HeldWriter(), ScriptedEncoder()
    with service(tmp_path, writer, encoder, queue_size=1) as client:
        first = Thread(target=lambda: client.post("/v1/briefings", json={"text": STORY}))
        first.start()
        assert writer.writing.wait(10)
        other = STORY.replace("Harwick", "Marlow")
        problem(client.post("/v1/briefings", json={"text": other}), 429, "queue_full")
        problem(client.post("/v1/verify", json={"text": other, "summary": "The bridge is closed."}), 429, "queue_full")
        writer.go_on.set()
        first.join()
    assert encoder.history
    assert not any("Marlow" in text for batch in encoder.history for text in batch)
