"""A replica of an engine, in a process of its own that Ray starts, monitors, and stops when it has no callers."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from standfirst.application.engines import Engines
from standfirst.domain.briefing import ModelStamp
from standfirst_models.errors import EngineStopped, ModelError, UnsuitableModel
from standfirst_models.protocols.served_model import Batch, State

Result = TypeVar("Result")

#: Which of the engines a replica runs.
EngineName = Literal["writer", "encoder", "verifier"]

#: Seconds for which a replica that is loading again holds a request before it refuses it. Ray prefers replicas with
#: few requests, and one that refused at once would get them all.
_HOLD_SECONDS, _POLL_SECONDS = 5.0, 0.1
#: Seconds that a writer's server has to answer at the start. Then the replica runs anyway, and refuses requests.
_SERVER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Emitted(Generic[Result]):
    """A message of a replica: results with the indices of their items, and the batches that ran, of all callers.

    ``error`` ends the request. ``NotReady`` and ``EngineStopped`` mean that another replica may do it.
    """

    results: Sequence[tuple[int, Result]]
    batches: Sequence[Batch]
    error: ModelError | None = None


def require_stamp(engines: Engines, stamp: ModelStamp) -> None:
    """Raise ``UnsuitableModel`` if the engines of this machine have another stamp than the cluster's."""
    if engines.stamp != stamp:
        raise UnsuitableModel(
            f"The models of this machine are {engines.stamp}, those of the cluster {stamp}. Give all machines the same "
            "weights, extras and settings; STANDFIRST_RUNTIME says what runs the writer, wherever that is."
        )


class ModelReplica:
    """One engine with its thread and its batches, as a single process has it."""

    async def __init__(self, open_engines: Callable[[], Engines], engine: EngineName, stamp: ModelStamp) -> None:  # type: ignore[misc]
        """Load one of the engines. Raises ``ModelError``, also if the stamp differs.

        Ray awaits this, and sends no requests before. A writer behind a server need not be ready.
        """
        engines = await asyncio.to_thread(open_engines)
        require_stamp(engines, stamp)
        self._stamp = stamp
        self._engine = getattr(engines, engine)
        # Batches that no caller has been sent. The engine's thread appends to them.
        self._batches: deque[Batch] = deque()
        self._engine.observe(self._batches.append)
        self._engine.start()
        runtimes = {"writer": engines.runtime, "verifier": engines.verifier_runtime}
        self._is_remote = runtimes.get(engine) == "openai"
        with suppress(TimeoutError):
            async with asyncio.timeout(_SERVER_SECONDS if self._is_remote else None):
                await self._engine.ready()

    async def run(self, stamp: ModelStamp, items: Sequence[Any], patient: bool) -> AsyncIterator[Emitted[Any]]:
        """Run ``items`` as ``ServedModel.submit`` does. A caller that disconnects cancels its items.

        A caller with another ``stamp``, which one version of the service may have while it follows another, is refused.
        """
        if stamp != self._stamp:
            yield Emitted((), (), EngineStopped("The model is being replaced by another one. Send the request again."))
            return
        await self._wait_while_loading()
        results = list[tuple[int, Any]]()
        changed = asyncio.Event()

        def emit(index: int, result: Any) -> None:
            results.append((index, result))
            changed.set()

        task = asyncio.create_task(self._engine.submit(items, patient=patient, emit=emit))
        task.add_done_callback(lambda _: changed.set())
        try:
            while results or not task.done():
                await changed.wait()
                changed.clear()
                if results:
                    new, results[:] = tuple(results), ()
                    yield Emitted(new, self._take_batches())
            await task
        except ModelError as error:
            yield Emitted((), self._take_batches(), error)
        finally:
            task.cancel()

    def check_health(self) -> None:
        """Raise ``EngineStopped`` while the engine does not run. Ray replaces a replica that stays unhealthy."""
        waits_for_server = self._is_remote and self._engine.state is State.LOADING
        if self._engine.state not in {State.READY, State.AWAY} and not waits_for_server:
            raise EngineStopped(f"The engine of {self._engine.name} is {self._engine.state.value}.")

    async def __del__(self) -> None:
        """Stop the engine and its processes. Ray awaits this when no caller is left."""
        if hasattr(self, "_engine"):
            await self._engine.close()

    async def _wait_while_loading(self) -> None:
        """Hold a request for a while if the engine is loading again. A server may be away for longer."""
        if self._is_remote:
            return
        deadline = time.monotonic() + _HOLD_SECONDS
        # The engine's thread changes the state and notifies nobody.
        while self._engine.state is State.LOADING and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(_POLL_SECONDS)

    def _take_batches(self) -> list[Batch]:
        return [self._batches.popleft() for _ in range(len(self._batches))]
