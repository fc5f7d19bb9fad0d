"""The engine: one thread that owns a model and its tokenizer, and asyncio on its other side.

Models run in a thread so that the event loop never waits, and in one thread because a tokenizer shared between
threads corrupts its output. Every job ends in its results or in a typed error, whatever happens to the thread.
Which rows run together is the ``scheduler``'s; what running means is the functions' that are passed in.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from standfirst_models.engine.scheduler import BatchBudget, Row, Scheduler
from standfirst_models.errors import EngineStopped, InferenceFailed, ModelError, NotReady, PromptTooLong
from standfirst_models.protocols.encoder import Encoder
from standfirst_models.protocols.serving import Batch, State
from standfirst_models.protocols.verifier import Finding, Pair, Verifier
from standfirst_models.protocols.writer import Prompt, Writer

Model = TypeVar("Model")
Item = TypeVar("Item")
Result = TypeVar("Result")

_log = logging.getLogger(__name__)

#: Seconds after which it is worth asking again while weights load.
_LOADING_RETRY = 2.0
#: After so many batches on end on which the model raised, it is not the requests: the model is loaded again.
_FAILURES = 3
#: Seconds before it is, twice as many each time, and at most.
_RESTART_PAUSE, _LONGEST_PAUSE = 0.5, 60.0
#: Seconds to wait for the thread at the end; a step of decoding takes a small part of it.
_JOIN_TIMEOUT = 3.0


@dataclass(slots=True, eq=False)
class _Job(Generic[Item, Result]):
    """What one caller asked for, and the future on which it waits."""

    items: Sequence[Item]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[list[Result]]
    patient: bool
    tell: Callable[[int, Result], None] | None
    arrived: float = field(default_factory=time.monotonic)
    results: dict[int, Result] = field(default_factory=dict)
    over: bool = False

    def add(self, index: int, result: Result) -> None:
        """Take in the result of one item, and tell the caller who wants each as it comes; from any thread."""
        if index in self.results:
            return
        self.results[index] = result
        if self.tell is not None and not self.over:
            with suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self.tell, index, result)

    def finish(self, outcome: list[Result] | Exception) -> None:
        """Tell the caller, from any thread; one that has gone is not told."""

        def tell() -> None:
            if self.future.done():
                return
            if isinstance(outcome, Exception):
                self.future.set_exception(outcome)
            else:
                self.future.set_result(outcome)

        self.over = True
        # Where the loop is closed already, nobody waits.
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(tell)


class Engine(Generic[Model, Item, Result]):
    """Runs jobs on one model, in one thread that starts with ``start``. A model that keeps failing is loaded again.

    ``load`` makes the model, ``room`` says what fits into a batch of it, ``size`` says for how many tokens an item
    needs room, ``run`` gives the results of a batch, ``spent`` says how many tokens an item of that size and its result
    were: all are called in the thread. How many jobs there may be at a time is for who submits them to say.
    """

    def __init__(
        self,
        name: str,
        load: Callable[[], Model],
        size: Callable[[Model, Item], int],
        run: Callable[[Model, Sequence[Item], Callable[[int], bool], Callable[[int, Result], None]], Sequence[Result]],
        *,
        room: Callable[[Model], BatchBudget],
        spent: Callable[[Item, int, Result], int] = lambda _item, size, _result: size,
    ) -> None:
        self.name = name
        self._spent = spent
        self._load = load
        self._size = size
        self._run = run
        self._room = room
        self._failures = 0
        self._thread = threading.Thread(target=self._live, name=f"engine {name}", daemon=True)
        self._changed = threading.Condition()
        # Guarded by ``_changed``:
        self._arrived: list[_Job[Item, Result]] = []
        self._open: set[_Job[Item, Result]] = set()
        self._state = State.LOADING
        self._closing = False
        self._loaded: Future[None] = Future()
        self._observers: list[Callable[[Batch], None]] = []
        #: Seconds that loading the model took, once it is loaded.
        self.load_seconds: float | None = None

    @property
    def state(self) -> State:
        """Where the engine is in its life."""
        return self._state

    @property
    def unfinished(self) -> int:
        """How many jobs have not ended."""
        return len(self._open)

    def observe(self, observer: Callable[[Batch], None]) -> None:
        """Have ``observer`` told of every batch, in the engine's thread."""
        self._observers.append(observer)

    def start(self) -> None:
        """Start the thread, which loads the model first; once started it is not started again."""
        if self._thread.ident is None:
            self._thread.start()

    async def ready(self) -> None:
        """Wait until the model is loaded. Raises what loading it raised, or ``EngineStopped``."""
        await asyncio.wrap_future(self._loaded)

    async def submit(
        self, items: Sequence[Item], *, patient: bool = False, tell: Callable[[int, Result], None] | None = None
    ) -> list[Result]:
        """The result of each of ``items``, in their order; ``patient`` ones run when no others wait.

        ``tell(i, result)`` is called in the caller's loop as soon as item ``i`` has its result, before all have.

        Raises ``NotReady``, which says when to try again; ``InferenceFailed`` where the model raised on a batch with
        one of them; ``EngineStopped`` where the thread ends first. Of a caller that is cancelled, what is being
        written is written no further.
        """
        if not items:
            return []
        loop = asyncio.get_running_loop()
        job = _Job[Item, Result](items, loop, loop.create_future(), patient, tell)
        with self._changed:
            self._admit()
            self._open.add(job)
            self._arrived.append(job)
            self._changed.notify()
        try:
            return await job.future
        finally:
            job.over = True
            with self._changed:
                self._open.discard(job)

    async def close(self) -> None:
        """Tell every caller ``EngineStopped``, and end the thread: what runs stops at its next step."""
        with self._changed:
            self._closing = True
            unfinished = [*self._open]
            self._changed.notify()
        for job in unfinished:  # now, not at the next step: on a machine at its limits that can take long
            job.finish(EngineStopped(f"The model {self.name} is stopped: the service ends. Send the request again."))
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join, _JOIN_TIMEOUT)

    def _admit(self) -> None:
        if self._closing or self._state in {State.FAILED, State.STOPPED}:
            raise EngineStopped(f"The model {self.name} is not running. Its log says why; start the service again.")
        if self._state is State.LOADING:
            raise NotReady(f"The model {self.name} is still being loaded.", _LOADING_RETRY)

    # What follows runs in the thread.

    def _live(self) -> None:
        """Load the model and serve; where that fails after it had once succeeded, load it again, and again."""
        pause = _RESTART_PAUSE
        while (end := self._live_once()) is State.LOADING:
            with self._changed:
                self._changed.wait_for(lambda: self._closing, timeout=pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        self._state = end

    def _live_once(self) -> State:
        """Load and serve until told to close, or until something fails; the state that follows."""
        jobs: dict[int, _Job[Item, Result]] = {}
        end = State.STOPPED
        try:
            if not self._closing:
                started = time.monotonic()
                model = self._load()
                self.load_seconds = time.monotonic() - started
                self._scheduler = Scheduler(self._room(model))
                self._state = State.READY
                if not self._loaded.done():
                    self._loaded.set_result(None)
                self._serve(model, jobs)
        except Exception as error:
            end = State.LOADING if self._loaded.done() else State.FAILED
            if not self._loaded.done():
                self._loaded.set_exception(error)
            if not isinstance(error, ModelError):
                _log.exception("the engine of %s failed", self.name)
            if end is State.LOADING:
                _log.warning("the model %s is loaded again", self.name)
        finally:
            with self._changed:
                self._state = end
                left = [*jobs.values(), *self._arrived]
                self._arrived.clear()
                self._failures = 0
            for job in left:
                job.finish(EngineStopped(f"The model {self.name} stopped before the request was served."))
        return end

    def _serve(self, model: Model, jobs: dict[int, _Job[Item, Result]]) -> None:
        """Take jobs in and run batches until told to close; ``jobs`` holds the unfinished ones by number."""
        numbers = count()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._arrived or len(self._scheduler) or self._closing)
                if self._closing:
                    return
                arrived, self._arrived = self._arrived, []
            for number, job in zip(numbers, arrived, strict=False):
                jobs[number] = job
                self._enqueue(model, number, job)
            for number in [number for number, job in jobs.items() if job.over]:
                self._scheduler.cancel(number)
                del jobs[number]
            batch = self._scheduler.next_batch()
            if batch:
                self._run_batch(model, batch, jobs)

    def _enqueue(self, model: Model, number: int, job: _Job[Item, Result]) -> None:
        try:
            sizes = [self._size(model, item) for item in job.items]
        except Exception as error:
            job.finish(self._failure(error))
        else:
            self._scheduler.add(number, sizes, patient=job.patient)

    def _run_batch(self, model: Model, batch: Sequence[Row], jobs: dict[int, _Job[Item, Result]]) -> None:
        owners = [jobs[row.job] for row in batch]
        items = [owner.items[row.index] for owner, row in zip(owners, batch, strict=True)]
        started = time.monotonic()
        try:
            results = self._run(
                model,
                items,
                lambda i: owners[i].over or self._closing,
                lambda i, result: owners[i].add(batch[i].index, result),
            )
        except Exception as error:
            for owner in set(owners):
                owner.finish(self._failure(error))
            self._failures += 1
            if self._failures == _FAILURES:
                raise EngineStopped(f"The model {self.name} failed {_FAILURES} times on end.") from error
            return
        self._failures = 0
        if self._closing:
            return
        waited = tuple(started - owner.arrived for owner in owners)
        seconds = time.monotonic() - started
        spent = sum(self._spent(i, row.size, result) for i, row, result in zip(items, batch, results, strict=True))
        ran = Batch(self.name, len(batch), spent, seconds, waited)
        for observer in self._observers:
            observer(ran)
        for owner, row, result in zip(owners, batch, results, strict=True):
            owner.add(row.index, result)
            if len(owner.results) == len(owner.items) and not owner.over:
                owner.finish([owner.results[i] for i in range(len(owner.items))])

    def _failure(self, error: Exception) -> ModelError:
        if isinstance(error, ModelError):
            return error
        # The traceback names lines of code; what was read or written is not in it.
        _log.error("the model %s failed on a batch: %s", self.name, type(error).__name__, exc_info=error)
        return InferenceFailed(f"The model {self.name} failed on this request.")


def writing(name: str, load: Callable[[], Writer]) -> Engine[Writer, Prompt, str]:
    """An engine of prompts, in batches of what the writer has room for."""

    def size(writer: Writer, prompt: Prompt) -> int:
        tokens = writer.count_tokens(prompt) + prompt.max_new_tokens
        if tokens > writer.context_tokens:
            raise PromptTooLong(f"A prompt of {tokens} tokens does not fit into the model's {writer.context_tokens}.")
        return tokens

    def run(
        writer: Writer,
        prompts: Sequence[Prompt],
        cancelled: Callable[[int], bool],
        finished: Callable[[int, str], None],
    ) -> list[str]:
        return writer.write(prompts, cancelled, finished)

    def spent(prompt: Prompt, size: int, text: str) -> int:
        return size - prompt.max_new_tokens + len(text) // 4 + 1  # near enough: the text is not counted again

    return Engine(name, load, size, run, room=lambda writer: writer.room, spent=spent)


def encoding(name: str, load: Callable[[], Encoder]) -> Engine[Encoder, str, NDArray[np.float32]]:
    """An engine of texts, each result one vector. A long article runs in several batches, others between them."""

    def size(_: Encoder, text: str) -> int:
        return len(text) // 4 + 2  # near enough: the encoder counts for itself

    def run(
        encoder: Encoder, texts: Sequence[str], cancelled: Callable[[int], bool], _: object
    ) -> Sequence[NDArray[np.float32]]:
        return list(encoder.encode(texts, lambda: all(cancelled(i) for i in range(len(texts)))))

    return Engine(name, load, size, run, room=lambda _: BatchBudget(128, 16_384))


def verifying(name: str, load: Callable[[], Verifier]) -> Engine[Verifier, Pair, Finding]:
    """An engine of pairs."""

    def size(_: Verifier, pair: Pair) -> int:
        return (len(pair.evidence) + len(pair.claim)) // 4 + 3  # near enough: the verifier counts for itself

    def run(verifier: Verifier, pairs: Sequence[Pair], cancelled: Callable[[int], bool], _: object) -> list[Finding]:
        return verifier.verify(pairs, lambda: all(cancelled(i) for i in range(len(pairs))))

    return Engine(name, load, size, run, room=lambda _: BatchBudget(64, 8_192))
