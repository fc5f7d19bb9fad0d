"""The remote writer: a writer behind somebody's server, asked over HTTP as if it were an engine of this process.

Each prompt is a request of its own, so that none waits for another's; the server batches them as it likes. A server
that does not answer is asked again, and when it goes on so, not any more, until a trial shows that it is back: whoever
comes meanwhile is told at once. Lives in the one event loop in which it is started.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from standfirst_models.errors import (
    EngineStopped,
    InferenceFailed,
    ModelError,
    NotReady,
    PromptTooLong,
    UnsuitableModel,
)
from standfirst_models.protocols.served_model import Batch, State
from standfirst_models.protocols.writer import Prompt
from standfirst_models.remote.circuit_breaker import Circuit, CircuitBreaker
from standfirst_models.remote.concurrency import ConcurrencyLimit
from standfirst_models.remote.wire import (
    Answer,
    Away,
    Busy,
    ChatServer,
    ConnectionBroken,
    Place,
    Refused,
    TooSlow,
    place_of,
)

Emitted = TypeVar("Emitted")

_log = logging.getLogger(__name__)

#: Requests at a time; of patient ones so many, that others need not wait for one to end.
_AT_ONCE, _PATIENT = 16, 8
#: How often a prompt is asked for, and the seconds before it is asked again, twice as many each time.
_TRIES, _PAUSE = 4, 0.5
#: Failures on end after which the server is asked nothing more; seconds before a trial, and between trials at most.
_FAILURES, _TRIAL_PAUSE, _LONGEST_PAUSE = 5, 1.0, 30.0
#: Seconds after which it is worth asking again, at least.
_RETRY = 2.0
#: Seconds that the list of the server's models may take: it is waited for at the start, and nothing is computed for it.
_LISTING_TIMEOUT = 10.0
#: What is asked in a trial: what a server that serves can answer at once.
_TRIAL = Prompt("Say it shorter.", "It is ready.", 2)


def open_remote(name: str, key: str | None) -> RemoteWriter:
    """The writer that ``openai:http://HOST:PORT/v1#MODEL`` names. Where it names no model, the server is asked for one.

    Raises ``UnknownModel`` where the name cannot be read, and ``ModelError``s where the server names no model.
    """
    place = place_of(name)
    return RemoteWriter(ChatServer(place.base, key), place, place.model or _first_model(place, key))


def _first_model(place: Place, key: str | None) -> str:
    async def ask() -> list[str]:
        server = ChatServer(place.base, key, timeout_s=_LISTING_TIMEOUT)
        try:
            return await server.models()
        except NotReady as error:
            raise ModelError(f"{error} Start it first, or name its model after a # in STANDFIRST_WRITER.") from None
        finally:
            await server.close()

    # In a thread of its own: who calls may be in an event loop, whose threads are not for this.
    with ThreadPoolExecutor(1) as thread:
        models = thread.submit(lambda: asyncio.run(ask())).result()
    if not models:
        raise UnsuitableModel("The writer's server has no model.")
    if len(models) > 1:
        _log.warning("the writer's server has %d models, of which the first is taken: %s", len(models), models[0])
    return models[0]


def _shown(model: str) -> str:
    """The name of ``model``; where the server calls it by its file, without the folder, which is nobody's business."""
    is_file = model.startswith(("/", "\\", "~")) or model.lower().endswith(".gguf")
    return model.replace("\\", "/").rpartition("/")[2] if is_file else model


class RemoteWriter:
    """Fulfils ``ServedModel[Prompt, str]`` by a server's ``model``. What time is, and how to wait, may be passed in."""

    #: Nothing is loaded here.
    load_seconds: float | None = None

    def __init__(
        self,
        server: ChatServer,
        place: Place,
        model: str,
        *,
        at_once: int = _AT_ONCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._server = server
        self._origin = place.origin
        self._model = model
        self.name = _shown(model)
        #: The hash of what is known of the weights: whose they are, and their name there.
        self.revision = hashlib.sha256(f"{place.base} {model}".encode()).hexdigest()[:12]
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._turns = ConcurrencyLimit(at_once, patient=max(1, at_once * _PATIENT // _AT_ONCE))
        self._breaker = CircuitBreaker(failures=_FAILURES, pause=_TRIAL_PAUSE, longest=_LONGEST_PAUSE)
        self._opened = asyncio.Event()
        #: Set when it is known whether it will ever serve: it has served, or ``_hindrance`` says why it will not.
        self._settled = asyncio.Event()
        self._hindrance: ModelError | None = None
        self._told = ""
        self._closing = False
        self._watching: asyncio.Task[None] | None = None
        self._calls: set[asyncio.Task[list[str]]] = set()
        #: What is being asked, or waits to be asked again, in a turn.
        self._asking: set[asyncio.Task[Any]] = set()
        self._observers: list[Callable[[Batch], None]] = []

    @property
    def state(self) -> State:
        """Ready while the server answers; away from when it does not any more until it does again."""
        if self._closing:
            return State.STOPPED
        if self._hindrance is not None:
            return State.FAILED
        if self._breaker.circuit is Circuit.CLOSED:
            return State.READY
        return State.AWAY if self._settled.is_set() else State.LOADING

    @property
    def unfinished(self) -> int:
        """How many callers wait for it."""
        return len(self._calls)

    def observe(self, observer: Callable[[Batch], None]) -> None:
        """Have ``observer`` told of every request that was answered, as a batch of one row, in the event loop."""
        self._observers.append(observer)

    def start(self) -> None:
        """Begin to ask whether the server answers, if that is not begun yet. To be called in the event loop."""
        self._opened.set()
        if self._watching is None:
            self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def ready(self) -> None:
        """Wait until the server answers. Raises ``ModelError`` where it says that it never will: a wrong key, say."""
        await self._settled.wait()
        if self._hindrance is not None:
            raise self._hindrance

    async def submit(
        self, items: Sequence[Prompt], *, patient: bool = False, emit: Callable[[int, str], None] | None = None
    ) -> list[str]:
        """As in ``ServedModel``.

        Raises ``NotReady`` while the server does not answer, ``InferenceFailed`` where it fails on one of ``items``,
        refuses it or does not answer it in time, ``PromptTooLong`` where it does not take one, after all others were
        written, and ``EngineStopped``.
        """
        if not items:
            return []
        self._admit()
        call = asyncio.create_task(self._written(items, patient, emit))
        self._calls.add(call)
        try:
            return await call
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if self._closing and not (caller and caller.cancelling()):
                raise EngineStopped("The writer is stopped: the service ends. Send the request again.") from None
            raise
        finally:
            self._calls.discard(call)

    async def close(self) -> None:
        """Tell every caller ``EngineStopped``, and end what is being asked."""
        self._closing = True
        if not self._settled.is_set():
            self._hindrance = EngineStopped("The writer is stopped: the service ends.")
            self._settled.set()
        ending = [*self._calls, *([self._watching] if self._watching else [])]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        await self._server.close()

    def _admit(self) -> None:
        if self._closing or self._hindrance is not None:
            raise EngineStopped("The writer is not running. Its log says why; start the service again.")
        if self._breaker.circuit is not Circuit.CLOSED:
            raise self._away()

    def _away(self) -> NotReady:
        wait = self._breaker.wait(self._clock())
        return NotReady("The writer's server does not answer. It is asked again by itself.", max(_RETRY, wait))

    async def _written(
        self, items: Sequence[Prompt], patient: bool, emit: Callable[[int, str], None] | None
    ) -> list[str]:
        """The text of each item. The first error but one of a prompt that is not taken ends what others do."""
        refused: list[PromptTooLong] = []

        async def one(index: int, prompt: Prompt) -> str:
            try:
                text = await self._one(prompt, patient)
            except PromptTooLong as error:
                refused.append(error)
                return ""
            if emit is not None:
                emit(index, text)
            return text

        tasks = [asyncio.create_task(one(index, prompt)) for index, prompt in enumerate(items)]
        try:
            texts = await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if len(refused) == len(items):  # it may be that the server takes nothing from anybody
            async with self._turns.turn(patient=patient):
                await self._while_closed(self._require_trial())
        if refused:
            raise refused[0]
        return texts

    async def _one(self, prompt: Prompt, patient: bool) -> str:
        arrived = self._clock()
        async with self._turns.turn(patient=patient):
            begun = self._clock()
            try:
                answer = await self._while_closed(self._answer(prompt))
            except NotReady as error:
                wait = max(_RETRY, error.retry_after, self._breaker.wait(self._clock()))
                raise NotReady(str(error), wait) from None
            ran = Batch(self.name, 1, answer.tokens, self._clock() - begun, (begun - arrived,))
        for observer in self._observers:
            observer(ran)
        return answer.text

    async def _while_closed(self, asking: Coroutine[Any, Any, Emitted]) -> Emitted:
        """What ``asking`` gives; ``NotReady`` where the circuit opens first."""
        task = asyncio.create_task(asking)
        self._asking.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if caller and caller.cancelling():
                raise
            raise self._away() from None
        finally:
            self._asking.discard(task)

    async def _answer(self, prompt: Prompt) -> Answer:
        """The server's answer, asked for again where that may help, for as long as the circuit is closed."""
        for pause in (_PAUSE * 2**again for again in range(_TRIES - 1)):
            try:
                return await self._asked(prompt)
            except (Busy, Away, ConnectionBroken) as error:
                asked_for = error.retry_after if isinstance(error, NotReady) else 0.0
                await self._sleep(max(asked_for, pause * (0.5 + self._jitter())))
        return await self._asked(prompt)

    async def _asked(self, prompt: Prompt) -> Answer:
        """The server's answer to one request; how it went is told to the breaker."""
        self._admit()
        generation = self._breaker.generation
        try:
            answer = await self._server.write(self._model, prompt)
        except PromptTooLong as error:
            self._breaker.succeeded()
            _log.warning("a passage is quoted as it stands: %s", error)
            raise
        except Busy:  # who says that it has much to do is there
            raise
        except Refused as error:
            await self._require_trial()
            _log.warning("the writer's server %s refuses one request, and takes others: %s", self._origin, error)
            raise InferenceFailed("The writer's server refuses this request. The log says why.") from None
        except TooSlow as error:  # others need not find out for themselves; it may be what this one asked
            self._breaker.trip(self._clock(), generation)
            self._failed(error)
            raise InferenceFailed(str(error)) from None
        except ModelError as error:
            self._breaker.failed(self._clock(), generation)
            self._failed(error)
            raise
        self._breaker.succeeded()
        return answer

    async def _require_trial(self) -> None:
        """Open the circuit and raise ``NotReady`` where the server does not answer a trial either."""
        self._admit()
        generation = self._breaker.generation
        error = await self._tried()
        if error is not None:
            self._breaker.trip(self._clock(), generation)
            self._failed(error)
            raise self._away()
        self._breaker.succeeded()

    async def _tried(self) -> ModelError | None:
        """Ask the server for a trial; why it did not answer, where it did not."""
        try:
            await self._server.write(self._model, _TRIAL)
        except Busy:  # who says that it has much to do is there
            return None
        except ModelError as error:
            return error
        except Exception as error:  # what nobody expected must not end the watch
            return InferenceFailed(type(error).__name__)
        return None

    def _failed(self, error: ModelError) -> None:
        """Where the circuit has just opened, have the server tried again, and tell all who wait for an answer."""
        if self._breaker.circuit is Circuit.OPEN and not self._opened.is_set():
            self._opened.set()
            for task in self._asking - {asyncio.current_task()}:
                task.cancel()
            _log.warning("the writer's server %s is asked nothing for now: %s", self._origin, error)
            self._told = str(error)

    async def _watch(self) -> None:
        """Whenever the circuit is open, try the server until it answers."""
        while True:
            await self._opened.wait()
            while self._breaker.circuit is not Circuit.CLOSED:
                await self._sleep(self._breaker.wait(self._clock()))
                if self._breaker.begin_trial(self._clock()) and not await self._try():
                    return
            self._opened.clear()

    async def _try(self) -> bool:
        """Try the server once; whether it is worth going on, which it is not where it never served and never will."""
        error = await self._tried()
        if error is not None:
            if isinstance(error, Refused | PromptTooLong) and not self._settled.is_set():
                refused = "The writer's server takes not even a short request as OpenAI's does."
                self._hindrance = error if isinstance(error, Refused) else UnsuitableModel(refused)
                self._settled.set()
                return False
            self._breaker.end_trial(self._clock(), answered=False)
            if str(error) != self._told:
                _log.warning("the writer's server %s is tried again and again: %s", self._origin, error)
                self._told = str(error)
        else:
            self._breaker.end_trial(self._clock(), answered=True)
            self._settled.set()
            self._told = ""
            _log.info("the writer's server %s answers", self._origin)
        return True
