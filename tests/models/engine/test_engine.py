"""The engine: every job ends with its results or with a ``ModelError``."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import numpy as np
import pytest

from standfirst_models.engine.engine import Engine
from standfirst_models.engine.roles import encoder_engine, writer_engine
from standfirst_models.errors import (
    EngineStopped,
    InferenceFailed,
    ModelDamaged,
    NotReady,
    PromptTooLong,
)
from standfirst_models.protocols.encoder import Encoder
from standfirst_models.protocols.served_model import State
from standfirst_models.protocols.writer import Prompt, Writer
from tests.models.scripted import ScriptedEncoder, ScriptedWriter

WriterEngine = Engine[Writer, Prompt, str]


def prompt(passage: str) -> Prompt:
    return Prompt("Shorten this.", passage, max_new_tokens=5)


def with_engine(writer: Writer, use: Callable[[WriterEngine], Awaitable[None]]) -> None:
    async def run() -> None:
        engine = writer_engine("scripted", lambda: writer)
        engine.start()
        await engine.ready()
        try:
            await use(engine)
        finally:
            await engine.close()

    asyncio.run(asyncio.wait_for(run(), 30))


class GatedWriter(ScriptedWriter):
    """A writer that sets ``begun`` and then waits until the gate opens or every row is cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()
        self.gate = threading.Event()
        self.ended = threading.Event()

    def write(
        self, prompts: Sequence[Prompt], cancelled: Callable[[int], bool], finished: Callable[[int, str], None]
    ) -> list[str]:
        self.begun.set()
        while not self.gate.wait(0.001):
            if all(cancelled(i) for i in range(len(prompts))):
                break
        self.ended.set()
        return super().write(prompts, cancelled, finished)


def test_results_have_the_order_of_the_items_over_several_batches() -> None:
    async def use(engine: WriterEngine) -> None:
        passages = [f"{'word ' * (i % 5)}passage {i}" for i in range(30)]
        texts = await engine.submit([prompt(passage) for passage in passages])
        assert texts == [" ".join(passage.split()) for passage in passages]

    with_engine(ScriptedWriter(), use)


def test_callers_share_a_batch_and_each_gets_its_own_results() -> None:
    writer = GatedWriter()

    async def use(engine: WriterEngine) -> None:
        first = asyncio.create_task(engine.submit([prompt("blocks the thread")]))
        await asyncio.to_thread(writer.begun.wait)
        others = [asyncio.create_task(engine.submit([prompt(f"caller {i}")])) for i in range(5)]
        await asyncio.sleep(0)
        writer.gate.set()
        assert await first == ["blocks the thread"]
        assert await asyncio.gather(*others) == [[f"caller {i}"] for i in range(5)]
        assert [len(batch) for batch in writer.history] == [1, 5]

    with_engine(writer, use)


def test_a_cancelled_caller_stops_the_work_on_its_items() -> None:
    writer = GatedWriter()

    async def use(engine: WriterEngine) -> None:
        gone = asyncio.create_task(engine.submit([prompt("a")]))
        await asyncio.to_thread(writer.begun.wait)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        # The gate is still closed: only the cancellation can have ended the first batch.
        next_one = asyncio.create_task(engine.submit([prompt("b")]))
        await asyncio.to_thread(writer.ended.wait)
        writer.gate.set()
        assert await next_one == ["b"]

    with_engine(writer, use)


def test_a_caller_that_is_cancelled_while_it_waits_gets_no_work() -> None:
    writer = GatedWriter()

    async def use(engine: WriterEngine) -> None:
        first = asyncio.create_task(engine.submit([prompt("first")]))
        await asyncio.to_thread(writer.begun.wait)
        gone = asyncio.create_task(engine.submit([prompt("gone")]))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        writer.gate.set()
        await first
        await engine.submit([prompt("last")])
        assert [p.passage for batch in writer.history for p in batch] == ["first", "last"]

    with_engine(writer, use)


def test_a_failed_batch_raises_in_each_of_its_callers_and_the_next_batch_runs() -> None:
    def answer(asked: Prompt) -> str:
        if "poison" in asked.passage:
            raise RuntimeError("the model is out of memory")
        return asked.passage

    writer = ScriptedWriter(answer)

    async def use(engine: WriterEngine) -> None:
        outcomes = await asyncio.gather(
            engine.submit([prompt("poison")]), engine.submit([prompt("poison too")]), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes] == [InferenceFailed, InferenceFailed]
        assert await engine.submit([prompt("fine")]) == ["fine"]
        assert engine.state is State.READY

    with_engine(writer, use)


def test_a_prompt_that_does_not_fit_fails_alone() -> None:
    async def use(engine: WriterEngine) -> None:
        long, short = await asyncio.gather(
            engine.submit([prompt("word " * 50)]), engine.submit([prompt("short")]), return_exceptions=True
        )
        assert isinstance(long, PromptTooLong)
        assert short == ["short"]

    with_engine(ScriptedWriter(context_tokens=30), use)


def test_while_the_model_loads_callers_get_a_retry_after() -> None:
    gate = threading.Event()

    def load() -> Writer:
        gate.wait()
        return ScriptedWriter()

    async def run() -> None:
        engine = writer_engine("slow", load)
        engine.start()
        assert engine.state is State.LOADING
        with pytest.raises(NotReady) as refused:
            await engine.submit([prompt("a")])
        assert refused.value.retry_after > 0
        gate.set()
        await engine.ready()
        assert await engine.submit([prompt("a")]) == ["a"]
        await engine.close()

    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_failed_load_raises_in_ready_and_in_every_later_submit() -> None:
    def load() -> Writer:
        raise ModelDamaged("The weights are damaged.")

    async def run() -> None:
        engine = writer_engine("broken", load)
        engine.start()
        with pytest.raises(ModelDamaged):
            await engine.ready()
        await asyncio.to_thread(engine._thread.join)
        assert engine.state is State.FAILED
        with pytest.raises(EngineStopped):
            await engine.submit([prompt("a")])
        await engine.close()

    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_model_that_keeps_failing_is_loaded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standfirst_models.engine.engine._RESTART_PAUSE", 0.01)
    loads = 0

    def load() -> Writer:
        nonlocal loads
        loads += 1
        if loads == 2:
            raise ModelDamaged("Not yet.")

        def answer(_: Prompt) -> str:
            if loads == 1:
                raise RuntimeError("the device is lost")
            return "whole again"

        return ScriptedWriter(answer)

    async def run() -> None:
        engine = writer_engine("scripted", load)
        engine.start()
        await engine.ready()
        for _ in range(3):
            with pytest.raises(InferenceFailed):
                await engine.submit([prompt("a")])
        texts: list[str] = []
        while not texts:
            with suppress(NotReady, EngineStopped):
                texts = await engine.submit([prompt("b")])
            await asyncio.sleep(0.005)
        assert texts == ["whole again"]
        assert loads == 3
        await engine.close()

    asyncio.run(asyncio.wait_for(run(), 30))


def test_close_raises_in_waiting_and_in_later_callers() -> None:
    writer = GatedWriter()

    async def run() -> None:
        engine = writer_engine("scripted", lambda: writer)
        engine.start()
        await engine.ready()
        running = asyncio.create_task(engine.submit([prompt("running")]))
        await asyncio.to_thread(writer.begun.wait)
        waiting = asyncio.create_task(engine.submit([prompt("waiting")]))
        await asyncio.sleep(0)
        await engine.close()
        outcomes = await asyncio.gather(running, waiting, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [EngineStopped, EngineStopped]
        assert engine.state is State.STOPPED
        with pytest.raises(EngineStopped):
            await engine.submit([prompt("late")])

    asyncio.run(asyncio.wait_for(run(), 30))


def test_each_text_gets_one_unit_vector() -> None:
    async def run() -> None:
        encoder: Encoder = ScriptedEncoder()
        engine = encoder_engine("scripted", lambda: encoder)
        engine.start()
        await engine.ready()
        texts = [f"sentence {i} {'x ' * (i % 7)}" for i in range(300)]
        vectors = np.stack(await engine.submit(texts))
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        assert np.allclose(vectors[7], encoder.encode([texts[7]], lambda: False)[0])
        assert await engine.submit([]) == []
        await engine.close()

    asyncio.run(asyncio.wait_for(run(), 30))
