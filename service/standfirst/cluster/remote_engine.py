"""An engine of the cluster, as the service sees it: all replicas of a model behind the ``ServedModel`` protocol.

A result depends on its item alone, so items that one replica did not finish are sent to another.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from ray import serve
from ray.exceptions import RayActorError, RayError, RayTaskError
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle

from standfirst.domain.briefing import ModelStamp
from standfirst_models.errors import EngineStopped, InferenceFailed, ModelError, NotReady
from standfirst_models.protocols.served_model import Batch, State

Item = TypeVar("Item")
Result = TypeVar("Result")

_log = logging.getLogger(__name__)

#: Replicas that a request is sent to, one after another. An article that ends their processes must not end them all.
_ATTEMPTS = 4
#: Seconds before the second attempt. Each further pause is twice as long.
_PAUSE_SECONDS = 0.25
#: Seconds between two checks whether a replica runs.
_POLL_SECONDS = 2.0


class RemoteEngine(Generic[Item, Result]):
    """All replicas of a model. Fulfils ``ServedModel``."""

    #: Unknown: each replica loads the model itself.
    load_seconds: float | None = None

    def __init__(self, name: str, replicas: DeploymentHandle[Any], stamp: ModelStamp) -> None:
        self.name = name
        #: The number of callers that wait.
        self.unfinished = 0
        self._replicas = replicas.options(method_name="run", stream=True)
        self._stamp = stamp
        self._state = State.LOADING
        self._was_ready = asyncio.Event()
        self._observers: list[Callable[[Batch], None]] = []
        self._watching: asyncio.Task[None] | None = None

    @property
    def state(self) -> State:
        """Ready while a replica runs, loading while one is being started."""
        return self._state

    def observe(self, observer: Callable[[Batch], None]) -> None:
        """Call ``observer`` with batches. Each batch is reported once in the cluster, to one of its callers."""
        self._observers.append(observer)

    def start(self) -> None:
        """Start to watch whether a replica runs. Ray starts the replicas."""
        self._watching = asyncio.create_task(self._watch())

    async def ready(self) -> None:
        """Wait until a replica has run."""
        await self._was_ready.wait()

    async def submit(
        self, items: Sequence[Item], *, patient: bool = False, emit: Callable[[int, Result], None] | None = None
    ) -> list[Result]:
        """Do what ``ServedModel.submit`` does. If no replica runs, wait for one that Ray starts.

        Raises ``InferenceFailed`` if one replica after another is lost, which ``items`` may cause, and the last
        replica's error if all refuse.
        """
        results: dict[int, Result] = {}

        def add(index: int, result: Result) -> None:
            results[index] = result
            if emit is not None:
                emit(index, result)

        self.unfinished += 1
        try:
            for attempt in range(_ATTEMPTS):
                missing = {index: item for index, item in enumerate(items) if index not in results}
                error = await self._run(missing, patient, add) if missing else None
                if error is None:
                    break
                _log.warning("a replica of %s was lost or refused: %s", self.name, error)
                if attempt + 1 == _ATTEMPTS:
                    raise error
                await asyncio.sleep(_PAUSE_SECONDS * 2**attempt)
        finally:
            self.unfinished -= 1
        return [results[index] for index in range(len(items))]

    async def close(self) -> None:
        """Stop to watch. Callers that still wait get an error from their replica or from Ray."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        self._state = State.STOPPED

    async def _run(
        self, items: Mapping[int, Item], patient: bool, add: Callable[[int, Result], None]
    ) -> ModelError | None:
        """Run ``items`` on one replica. Return the error after which another may succeed, or raise ``ModelError``."""
        indices = [*items]
        # In a context of its own: Ray cancels the calls of a request's context when the caller of that request
        # disconnects, and others may wait for the same briefing.
        messages: Any = contextvars.Context().run(self._replicas.remote, self._stamp, [*items.values()], patient)
        try:
            async for message in messages:
                for batch in message.batches:
                    for observer in self._observers:
                        observer(batch)
                for position, result in message.results:
                    add(indices[position], result)
                if isinstance(message.error, NotReady | EngineStopped):
                    return message.error
                if message.error is not None:
                    raise message.error
        except asyncio.CancelledError:
            messages.cancel()
            raise
        except RayTaskError as error:  # its message is a traceback
            _log.error("a replica of %s failed: %s", self.name, type(error.cause).__name__)
            raise InferenceFailed(f"The model {self.name} failed on this request.") from None
        except (RayError, RayServeException) as error:
            detail = (
                f"The model {self.name} was lost while it was asked ({type(error).__name__}). Send the request again."
            )
            return InferenceFailed(detail) if isinstance(error, RayActorError) else EngineStopped(detail)
        return None

    async def _watch(self) -> None:
        while True:
            try:
                self._state = await asyncio.to_thread(self._read_state)
            except Exception as error:  # Ray's controller is being restarted
                _log.warning("the replicas of %s are unknown: %s", self.name, type(error).__name__)
            if self._state is State.READY:
                self._was_ready.set()
            await asyncio.sleep(_POLL_SECONDS)

    def _read_state(self) -> State:
        application = serve.status().applications.get(self._replicas.app_name)
        deployment = application and application.deployments.get(self._replicas.deployment_name)
        if not deployment:
            return State.LOADING
        replicas: dict[Any, int] = {**deployment.replica_states}  # Ray types the keys as an enumeration; they are str
        if replicas.get("RUNNING"):
            return State.READY
        return State.FAILED if deployment.status == "DEPLOY_FAILED" else State.LOADING
