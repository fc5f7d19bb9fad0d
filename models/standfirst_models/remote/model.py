"""The remote model: a model on a server, with the interface of a served model.

Each item is a request of its own, so that no item waits for another's answer. The server batches requests as it likes.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from standfirst_models.errors import EngineStopped, ModelError, NotReady, PromptTooLong, UnsuitableModel
from standfirst_models.protocols.served_model import Batch, State
from standfirst_models.remote.concurrency import ConcurrencyLimit
from standfirst_models.remote.endpoint import Endpoint, RemoteRole, parse_endpoint
from standfirst_models.remote.server import RemoteServer
from standfirst_models.remote.wire import ChatClient

Item = TypeVar("Item")
Result = TypeVar("Result")

_log = logging.getLogger(__name__)

#: The most requests at a time, and of these the most that are patient.
_CONCURRENCY, _PATIENT = 16, 8
#: Seconds that the list of models may take: the start waits for it, and the server computes nothing for it.
_LISTING_TIMEOUT = 10.0


def open_server(name: str, role: RemoteRole, key: str | None) -> RemoteServer:
    """Return the server and model that ``openai:http://HOST:PORT/v1#MODEL`` names; without a model, its first.

    Raises ``UnknownModel`` if the name is malformed, and ``ModelError`` if the server lists no model.
    """
    endpoint = parse_endpoint(name, role)
    model = endpoint.model or _first_model(endpoint, key)
    return RemoteServer(ChatClient(endpoint, key), endpoint, model)


def _first_model(endpoint: Endpoint, key: str | None) -> str:
    async def models_of_server() -> list[str]:
        client = ChatClient(endpoint, key, timeout_s=_LISTING_TIMEOUT)
        try:
            return await client.models()
        except NotReady as error:
            setting = f"STANDFIRST_{endpoint.role.upper()}"
            raise ModelError(f"{error} Start it first, or name its model after a # in {setting}.") from None
        finally:
            await client.close()

    # In a thread of its own: the caller may run in an event loop, which cannot run another.
    with ThreadPoolExecutor(1) as thread:
        models = thread.submit(lambda: asyncio.run(models_of_server())).result()
    if not models:
        raise UnsuitableModel(f"The {endpoint.role}'s server has no model.")
    if len(models) > 1:
        _log.warning("the %s's server has %d models; the first is used: %s", endpoint.role, len(models), models[0])
    return models[0]


class RemoteModel(ABC, Generic[Item, Result]):
    """A model of ``server``. Fulfils ``ServedModel[Item, Result]``."""

    #: No model is loaded in this process.
    load_seconds: float | None = None

    def __init__(self, server: RemoteServer, *, concurrency: int = _CONCURRENCY) -> None:
        self._server = server
        self.name = _display_name(server.model)
        #: A hash of the server's address and the model's name: nothing more is known of the weights.
        self.revision = hashlib.sha256(f"{server.endpoint.base} {server.model}".encode()).hexdigest()[:12]
        self._limit = ConcurrencyLimit(concurrency, patient=max(1, concurrency * _PATIENT // _CONCURRENCY))
        self._calls: set[asyncio.Task[list[Result]]] = set()
        self._observers: list[Callable[[Batch], None]] = []

    @property
    def state(self) -> State:
        """The server's state."""
        return self._server.state

    @property
    def unfinished(self) -> int:
        """The number of submissions that have not ended."""
        return len(self._calls)

    def observe(self, observer: Callable[[Batch], None]) -> None:
        """Call ``observer`` after every answered request, as a batch of one row, in the event loop."""
        self._observers.append(observer)

    def start(self) -> None:
        """Begin to ask whether the server answers, if that has not begun. Must be called in the event loop."""
        self._server.start()

    async def ready(self) -> None:
        """Wait until the server answers. Raises ``ModelError`` if it never will (a wrong key)."""
        await self._server.ready()

    async def submit(
        self, items: Sequence[Item], *, patient: bool = False, emit: Callable[[int, Result], None] | None = None
    ) -> list[Result]:
        """Return one result for each item, as ``ServedModel.submit`` does.

        Raises ``NotReady`` while the server does not answer; ``InferenceFailed`` if it fails on an item, refuses it
        or does not answer it in time; ``PromptTooLong``, after all other results are there, if it does not accept an
        item; and ``EngineStopped``.
        """
        if not items:
            return []
        self._server.require_ready()
        call = asyncio.create_task(self._answer_all(items, patient, emit))
        self._calls.add(call)
        try:
            return await call
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if self.state is State.STOPPED and not (caller and caller.cancelling()):
                role = self._server.endpoint.role
                raise EngineStopped(f"The {role} is stopped: the service ends. Send the request again.") from None
            raise
        finally:
            self._calls.discard(call)

    async def close(self) -> None:
        """Raise ``EngineStopped`` in every caller, and close every connection."""
        self._server.stop()
        calls = [*self._calls]
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await self._server.close()

    @abstractmethod
    async def _answer(self, item: Item, emit: Callable[[Result], None]) -> tuple[Result, int]:
        """Ask the server about ``item``; return the result, and how many tokens it took.

        ``emit`` may be called with earlier forms of the result.
        """

    async def _answer_all(
        self, items: Sequence[Item], patient: bool, emit: Callable[[int, Result], None] | None
    ) -> list[Result]:
        """Return the result of each item. The first error ends the other requests, unless it is ``PromptTooLong``."""
        too_long: list[PromptTooLong] = []
        results: dict[int, Result] = {}

        async def answer(index: int, item: Item) -> None:
            def emit_result(result: Result) -> None:
                if emit is not None:
                    emit(index, result)

            try:
                results[index] = await self._answer_in_turn(item, patient, emit_result)
            except PromptTooLong as error:
                too_long.append(error)
            else:
                emit_result(results[index])

        tasks = [asyncio.create_task(answer(index, item)) for index, item in enumerate(items)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if len(too_long) == len(items):  # the server may accept no request at all
            async with self._limit.acquire(patient=patient):
                await self._server.check()
        if too_long:
            raise too_long[0]
        return [results[index] for index in range(len(items))]

    async def _answer_in_turn(self, item: Item, patient: bool, emit: Callable[[Result], None]) -> Result:
        arrived = time.monotonic()
        async with self._limit.acquire(patient=patient):
            begun = time.monotonic()
            result, tokens = await self._answer(item, emit)
            report = Batch(self.name, 1, tokens, time.monotonic() - begun, (begun - arrived,))
        for observer in self._observers:
            observer(report)
        return result


def _display_name(model: str) -> str:
    """Return the name to show for ``model``: a server may name it by a file, whose folder is not shown."""
    is_file = model.startswith(("/", "\\", "~")) or model.lower().endswith(".gguf")
    return model.replace("\\", "/").rpartition("/")[2] if is_file else model
