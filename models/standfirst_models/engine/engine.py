"""The engine: one thread that owns a model and its tokenizer, with an asyncio interface.

A model runs in a thread so that the event loop never waits, and in only one thread because a tokenizer that threads
share silently corrupts its output. Every job ends with its results or with a ``ModelError``, also if the thread fails.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from itertools import count
from typing import Generic, TypeVar

from standfirst_models.engine.job import Job
from standfirst_models.engine.scheduler import Row, Scheduler
from standfirst_models.errors import EngineStopped, InferenceFailed, ModelError, NotReady
from standfirst_models.protocols.served_model import Batch, State
from standfirst_models.protocols.writer import BatchBudget

Model = TypeVar("Model")
Item = TypeVar("Item")
Result = TypeVar("Result")

_log = logging.getLogger(__name__)

#: Seconds after which a caller may try again while the model loads.
_LOADING_RETRY = 2.0
#: After this many failed batches in a row the model is loaded again: the requests are not the cause.
_FAILURES = 3
#: Seconds before the model is loaded again: the first pause, doubled each time, and the longest.
_RESTART_PAUSE, _LONGEST_PAUSE = 0.5, 60.0
#: Seconds that ``close`` waits for the thread. A decoding step takes a small part of this.
_JOIN_TIMEOUT = 3.0


class Engine(Generic[Model, Item, Result]):
    """Runs jobs on one model, in one thread. Fulfils ``ServedModel``.

    The engine does not limit the number of jobs; its callers do. A model that keeps failing is loaded again.

    The engine calls these functions in its thread:

    - ``load()`` returns the model.
    - ``budget(model)`` returns the limits of a batch.
    - ``size(model, item)`` returns how many tokens an item and its result may take up. May raise ``ModelError``.
    - ``run(model, items, cancelled, emit)`` returns the results of a batch. ``cancelled`` and ``emit`` are
      those of ``Writer.write``.
    - ``used(item, size, result)`` returns how many tokens an item and its result took up.
    """

    def __init__(
        self,
        name: str,
        load: Callable[[], Model],
        size: Callable[[Model, Item], int],
        run: Callable[[Model, Sequence[Item], Callable[[int], bool], Callable[[int, Result], None]], Sequence[Result]],
        *,
        budget: Callable[[Model], BatchBudget],
        used: Callable[[Item, int, Result], int] = lambda _item, size, _result: size,
    ) -> None:
        self.name = name
        self._load = load
        self._size = size
        self._run = run
        self._budget = budget
        self._used = used
        self._failures = 0
        self._thread = threading.Thread(target=self._live, name=f"engine {name}", daemon=True)
        self._changed = threading.Condition()
        # Guarded by ``_changed``:
        self._arrived: list[Job[Item, Result]] = []
        self._open: set[Job[Item, Result]] = set()
        self._state = State.LOADING
        self._closing = False
        self._loaded: Future[None] = Future()
        self._observers: list[Callable[[Batch], None]] = []
        #: How many seconds it took to load the model; None before that.
        self.load_seconds: float | None = None

    @property
    def state(self) -> State:
        """The model's state now."""
        return self._state

    @property
    def unfinished(self) -> int:
        """The number of jobs that have not ended."""
        return len(self._open)

    def observe(self, observer: Callable[[Batch], None]) -> None:
        """Call ``observer`` after every batch, in the engine's thread."""
        self._observers.append(observer)

    def start(self) -> None:
        """Start the thread, which loads the model; do nothing if it has started."""
        if self._thread.ident is None:
            self._thread.start()

    async def ready(self) -> None:
        """Wait until the model is loaded. Raises the error of ``load``, or ``EngineStopped``."""
        await asyncio.wrap_future(self._loaded)

    async def submit(
        self, items: Sequence[Item], *, patient: bool = False, emit: Callable[[int, Result], None] | None = None
    ) -> list[Result]:
        """Return the result of each item, as ``ServedModel.submit`` does.

        Raises ``NotReady`` while the model loads, ``InferenceFailed`` if the model raises on a batch with one of the
        items, ``EngineStopped`` if the thread ends first, and the ``ModelError`` of ``size``.
        """
        if not items:
            return []
        loop = asyncio.get_running_loop()
        job = Job[Item, Result](items, loop, loop.create_future(), patient, emit)
        with self._changed:
            self._require_ready()
            self._open.add(job)
            self._arrived.append(job)
            self._changed.notify()
        try:
            return await job.future
        finally:
            job.ended = True
            with self._changed:
                self._open.discard(job)

    async def close(self) -> None:
        """Raise ``EngineStopped`` in every caller, and end the thread after its current step."""
        with self._changed:
            self._closing = True
            unfinished = [*self._open]
            self._changed.notify()
        for job in unfinished:  # now, and not in the thread: on an overloaded machine a step can take long
            job.finish(EngineStopped(f"The model {self.name} is stopped: the service ends. Send the request again."))
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join, _JOIN_TIMEOUT)

    def _require_ready(self) -> None:
        if self._closing or self._state in {State.FAILED, State.STOPPED}:
            raise EngineStopped(f"The model {self.name} is not running. Its log says why; start the service again.")
        if self._state is State.LOADING:
            raise NotReady(f"The model {self.name} is still being loaded.", _LOADING_RETRY)

    # The methods below run in the engine's thread.

    def _live(self) -> None:
        """Load the model and serve. If that fails after the model was ready once, load it again."""
        pause = _RESTART_PAUSE
        while (end := self._load_and_serve()) is State.LOADING:
            with self._changed:
                self._changed.wait_for(lambda: self._closing, timeout=pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        self._state = end

    def _load_and_serve(self) -> State:
        """Load the model and serve until ``close`` or a failure; return the state that follows."""
        jobs: dict[int, Job[Item, Result]] = {}
        end = State.STOPPED
        try:
            if not self._closing:
                started = time.monotonic()
                model = self._load()
                self.load_seconds = time.monotonic() - started
                self._scheduler = Scheduler(self._budget(model))
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
                unfinished = [*jobs.values(), *self._arrived]
                self._arrived.clear()
                self._failures = 0
            for job in unfinished:
                job.finish(EngineStopped(f"The model {self.name} stopped before the request was served."))
        return end

    def _serve(self, model: Model, jobs: dict[int, Job[Item, Result]]) -> None:
        """Run batches until ``close``. ``jobs`` maps a number to each unfinished job."""
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
            for number in [number for number, job in jobs.items() if job.ended]:
                self._scheduler.cancel(number)
                del jobs[number]
            batch = self._scheduler.next_batch()
            if batch:
                self._run_batch(model, batch, jobs)

    def _enqueue(self, model: Model, number: int, job: Job[Item, Result]) -> None:
        try:
            sizes = [self._size(model, item) for item in job.items]
        except Exception as error:
            job.finish(self._to_model_error(error))
        else:
            self._scheduler.add(number, sizes, patient=job.patient)

    def _run_batch(self, model: Model, batch: Sequence[Row], jobs: dict[int, Job[Item, Result]]) -> None:
        owners = [jobs[row.job] for row in batch]
        items = [owner.items[row.index] for owner, row in zip(owners, batch, strict=True)]
        started = time.monotonic()
        try:
            results = self._run(
                model,
                items,
                lambda i: owners[i].ended or self._closing,
                lambda i, result: owners[i].add(batch[i].index, result),
            )
        except Exception as error:
            for owner in set(owners):
                owner.finish(self._to_model_error(error))
            self._failures += 1
            if self._failures == _FAILURES:
                raise EngineStopped(f"The model {self.name} failed {_FAILURES} times in a row.") from error
            return
        self._failures = 0
        if self._closing:
            return
        waited = tuple(started - owner.arrived for owner in owners)
        seconds = time.monotonic() - started
        used = sum(self._used(i, row.size, result) for i, row, result in zip(items, batch, results, strict=True))
        report = Batch(self.name, len(batch), used, seconds, waited)
        for observer in self._observers:
            observer(report)
        for owner, row, result in zip(owners, batch, results, strict=True):
            owner.add(row.index, result)
            if len(owner.results) == len(owner.items) and not owner.ended:
                owner.finish([owner.results[i] for i in range(len(owner.items))])

    def _to_model_error(self, error: Exception) -> ModelError:
        if isinstance(error, ModelError):
            return error
        # A traceback names lines of code; it holds no text that was read or written.
        _log.error("the model %s failed on a batch: %s", self.name, type(error).__name__, exc_info=error)
        return InferenceFailed(f"The model {self.name} failed on this request.")
