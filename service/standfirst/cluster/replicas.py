"""The replicas of a model: both ends of the way between the service and a model that Ray Serve runs elsewhere.

``ModelReplica`` has the engine that a single process has, with its thread, its batches and its turns: as many run as
the load asks for. ``ModelReplicas`` stands for all of them where the service is, and fulfils ``ServedModel``. What is
asked of a model depends on nothing but the items, so what one replica has left undone is asked of another.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from ray import serve
from ray.exceptions import RayActorError, RayError, RayTaskError
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle

from standfirst.application.engines import Engines
from standfirst.domain.briefing import ModelStamp
from standfirst_models.errors import EngineStopped, InferenceFailed, ModelError, NotReady, UnsuitableModel
from standfirst_models.protocols.served_model import Batch, State

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Which of the engines a replica runs.
Part = Literal["writer", "encoder", "verifier"]

_log = logging.getLogger(__name__)

#: On so many replicas, one after another, a request is tried. An article that ends one should not end them all.
_TRIES = 4
#: Seconds before the second try, and twice as many each time.
_PAUSE = 0.25
#: Seconds between two looks at whether a replica runs.
_LOOK = 2.0
#: Seconds that a replica whose model is loaded again keeps a request before it refuses it, and between two looks at
#: whether it is loaded. Ray prefers who has little to do, and one that refused at once would have nothing to do.
_HOLD, _GLANCE = 5.0, 0.1
#: Seconds that a writer's server has to answer at the start. Then the replica runs without, and refuses at once.
_SERVER = 5.0


@dataclass(frozen=True, slots=True)
class Emitted(Generic[Result]):
    """What a replica has done since it last told: results by their item's number, and batches, its callers' together.

    ``error`` ends it: of a replica that is gone the next one is asked, of an ``error`` nobody else, unless it is
    ``NotReady`` or ``EngineStopped``.
    """

    results: Sequence[tuple[int, Result]]
    batches: Sequence[Batch]
    error: ModelError | None = None


def require_promised(engines: Engines, stamp: ModelStamp) -> None:
    """Raise ``UnsuitableModel`` where the engines of this machine would make other briefings than are promised."""
    if engines.stamp != stamp:
        raise UnsuitableModel(
            f"The models of this machine are {engines.stamp}, those of the cluster {stamp}. Give all machines the same "
            "weights, extras and settings; STANDFIRST_RUNTIME says what runs the writer, wherever that is."
        )


class ModelReplica:
    """One engine, in a process of its own that Ray starts, asks for its health, and ends when it has no callers."""

    async def __init__(self, open_engines: Callable[[], Engines], part: Part, stamp: ModelStamp) -> None:  # type: ignore[misc]
        """Load the ``part`` of the engines. Raises ``ModelError``s, so also where here they are others than promised.

        Ray awaits this, and sends nothing before. A writer's server may come later.
        """
        engines = await asyncio.to_thread(open_engines)
        require_promised(engines, stamp)
        self._stamp = stamp
        self._engine = getattr(engines, part)
        # Batches nobody has been told of. The engine's thread adds to them.
        self._batches: deque[Batch] = deque()
        self._engine.observe(self._batches.append)
        self._engine.start()
        self._is_elsewhere = part == "writer" and engines.runtime == "openai"
        with suppress(TimeoutError):
            async with asyncio.timeout(_SERVER if self._is_elsewhere else None):
                await self._engine.ready()

    async def run(self, stamp: ModelStamp, items: Sequence[Any], patient: bool) -> AsyncIterator[Emitted[Any]]:
        """Run ``items`` as ``ServedModel.submit`` does; of each caller that hangs up nothing more is done.

        A caller that stamps what it makes with another ``stamp``, as it may while one version of the service follows
        another, is refused.
        """
        if stamp != self._stamp:
            yield Emitted((), (), EngineStopped("The model is being replaced by another one. Send the request again."))
            return
        await self._loaded_again()
        results = list[tuple[int, Any]]()
        some = asyncio.Event()

        def emit(index: int, result: Any) -> None:
            results.append((index, result))
            some.set()

        task = asyncio.create_task(self._engine.submit(items, patient=patient, emit=emit))
        task.add_done_callback(lambda _: some.set())
        try:
            while results or not task.done():
                await some.wait()
                some.clear()
                if results:
                    told, results[:] = tuple(results), ()
                    yield Emitted(told, self._new_batches())
            await task
        except ModelError as error:
            yield Emitted((), self._new_batches(), error)
        finally:
            task.cancel()

    def check_health(self) -> None:
        """Raise ``EngineStopped`` while the engine does not run. Where it does not come back, Ray replaces it all."""
        if self._engine.state not in {State.READY, State.AWAY} and not self._awaits_server():
            raise EngineStopped(f"The engine of {self._engine.name} is {self._engine.state.value}.")

    async def __del__(self) -> None:
        """End the engine, and its processes: Ray awaits this when no caller is left."""
        if hasattr(self, "_engine"):
            await self._engine.close()

    def _awaits_server(self) -> bool:
        return self._is_elsewhere and self._engine.state is State.LOADING

    async def _loaded_again(self) -> None:
        """Wait, for a while, until the engine is not loading any more; a server may be away for longer."""
        if self._is_elsewhere:
            return
        until = time.monotonic() + _HOLD
        while self._engine.state is State.LOADING and time.monotonic() < until:  # noqa: ASYNC110 - its thread tells nobody
            await asyncio.sleep(_GLANCE)

    def _new_batches(self) -> list[Batch]:
        return [self._batches.popleft() for _ in range(len(self._batches))]


class ModelReplicas(Generic[Item, Result]):
    """All replicas of a model, as one. Fulfils ``ServedModel``."""

    #: Each replica has loaded its own.
    load_seconds: float | None = None

    def __init__(self, name: str, replicas: DeploymentHandle[Any], stamp: ModelStamp) -> None:
        self.name = name
        #: How many callers wait for it.
        self.unfinished = 0
        self._replicas = replicas.options(method_name="run", stream=True)
        self._stamp = stamp
        self._state = State.LOADING
        self._was_ready = asyncio.Event()
        self._observers: list[Callable[[Batch], None]] = []
        self._looking: asyncio.Task[None] | None = None

    @property
    def state(self) -> State:
        """Ready while a replica runs, loading while one is on its way."""
        return self._state

    def observe(self, observer: Callable[[Batch], None]) -> None:
        """Have ``observer`` told of batches. Each is told of once in the cluster, to one of its callers."""
        self._observers.append(observer)

    def start(self) -> None:
        """Begin to look whether a replica runs; Ray starts them by itself."""
        self._looking = asyncio.create_task(self._look_on())

    async def ready(self) -> None:
        """Wait until a replica has run."""
        await self._was_ready.wait()

    async def submit(
        self, items: Sequence[Item], *, patient: bool = False, emit: Callable[[int, Result], None] | None = None
    ) -> list[Result]:
        """As in ``ServedModel``. Where no replica runs yet, or any more, this waits for the one that Ray starts.

        Raises ``InferenceFailed`` where one replica after another is lost: it may be ``items`` that end them. Where
        they refuse, raises what the last one says.
        """
        results: dict[int, Result] = {}

        def add(index: int, result: Result) -> None:
            results[index] = result
            if emit is not None:
                emit(index, result)

        self.unfinished += 1
        try:
            for tried in range(_TRIES):
                left = {index: item for index, item in enumerate(items) if index not in results}
                lost = await self._run(left, patient, add) if left else None
                if lost is None:
                    break
                _log.warning("a replica of %s was lost or refused: %s", self.name, lost)
                if tried + 1 == _TRIES:
                    raise lost
                await asyncio.sleep(_PAUSE * 2**tried)
        finally:
            self.unfinished -= 1
        return [results[index] for index in range(len(items))]

    async def close(self) -> None:
        """Look no more. Who still waits is told by its replica, or by Ray."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        self._state = State.STOPPED

    async def _run(
        self, items: Mapping[int, Item], patient: bool, add: Callable[[int, Result], None]
    ) -> ModelError | None:
        """Run ``items`` on one replica; why another should be asked, where it did not do so. Raises ``ModelError``s."""
        numbers = [*items]
        # In a context of its own: Ray cancels what it finds asked for in a request's when that request's caller hangs
        # up, and others may wait for the same briefing.
        answers: Any = contextvars.Context().run(self._replicas.remote, self._stamp, [*items.values()], patient)
        try:
            async for told in answers:
                for batch in told.batches:
                    for observer in self._observers:
                        observer(batch)
                for index, result in told.results:
                    add(numbers[index], result)
                if isinstance(told.error, NotReady | EngineStopped):
                    return told.error
                if told.error is not None:
                    raise told.error
        except asyncio.CancelledError:
            answers.cancel()
            raise
        except RayTaskError as error:  # its words are a traceback
            _log.error("a replica of %s failed: %s", self.name, type(error.cause).__name__)
            raise InferenceFailed(f"The model {self.name} failed on this request.") from None
        except (RayError, RayServeException) as error:
            lost = (
                f"The model {self.name} was lost while it was asked ({type(error).__name__}). Send the request again."
            )
            return InferenceFailed(lost) if isinstance(error, RayActorError) else EngineStopped(lost)
        return None

    async def _look_on(self) -> None:
        while True:
            try:
                self._state = await asyncio.to_thread(self._look)
            except Exception as error:  # who would know is being started again; it must not end the looking
                _log.warning("whether a replica of %s runs cannot be told: %s", self.name, type(error).__name__)
            if self._state is State.READY:
                self._was_ready.set()
            await asyncio.sleep(_LOOK)

    def _look(self) -> State:
        application = serve.status().applications.get(self._replicas.app_name)
        deployment = application and application.deployments.get(self._replicas.deployment_name)
        if not deployment:
            return State.LOADING
        replicas: dict[Any, int] = {**deployment.replica_states}  # by what Ray types as an enumeration: mere strings
        if replicas.get("RUNNING"):
            return State.READY
        return State.FAILED if deployment.status == "DEPLOY_FAILED" else State.LOADING
