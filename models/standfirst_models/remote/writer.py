"""The remote writer: a writer on a server, with the interface of a served model.

Each prompt is a request of its own, so that no prompt waits for another's text. The server batches requests as it
likes.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from standfirst_models.errors import EngineStopped, ModelError, NotReady, PromptTooLong, UnsuitableModel
from standfirst_models.protocols.served_model import Batch, State
from standfirst_models.protocols.writer import Prompt
from standfirst_models.remote.concurrency import ConcurrencyLimit
from standfirst_models.remote.endpoint import Endpoint, parse_endpoint
from standfirst_models.remote.server import RemoteServer
from standfirst_models.remote.wire import ChatClient

_log = logging.getLogger(__name__)

#: The most requests at a time, and of these the most that are patient.
_CONCURRENCY, _PATIENT = 16, 8
#: Seconds that the list of models may take: the start waits for it, and the server computes nothing for it.
_LISTING_TIMEOUT = 10.0


def open_remote_writer(name: str, key: str | None) -> RemoteWriter:
    """Return the writer that ``openai:http://HOST:PORT/v1#MODEL`` names; without a model, the server's first.

    Raises ``UnknownModel`` if the name is malformed, and ``ModelError`` if the server lists no model.
    """
    endpoint = parse_endpoint(name)
    model = endpoint.model or _first_model(endpoint, key)
    return RemoteWriter(RemoteServer(ChatClient(endpoint.base, key), endpoint, model))


def _first_model(endpoint: Endpoint, key: str | None) -> str:
    async def models_of_server() -> list[str]:
        client = ChatClient(endpoint.base, key, timeout_s=_LISTING_TIMEOUT)
        try:
            return await client.models()
        except NotReady as error:
            raise ModelError(f"{error} Start it first, or name its model after a # in STANDFIRST_WRITER.") from None
        finally:
            await client.close()

    # In a thread of its own: the caller may run in an event loop, which cannot run another.
    with ThreadPoolExecutor(1) as thread:
        models = thread.submit(lambda: asyncio.run(models_of_server())).result()
    if not models:
        raise UnsuitableModel("The writer's server has no model.")
    if len(models) > 1:
        _log.warning("the writer's server has %d models; the first is used: %s", len(models), models[0])
    return models[0]


class RemoteWriter:
    """A model of ``server``. Fulfils ``ServedModel[Prompt, str]``."""

    #: No model is loaded in this process.
    load_seconds: float | None = None

    def __init__(self, server: RemoteServer, *, concurrency: int = _CONCURRENCY) -> None:
        self._server = server
        self.name = _display_name(server.model)
        #: A hash of the server's address and the model's name: nothing more is known of the weights.
        self.revision = hashlib.sha256(f"{server.endpoint.base} {server.model}".encode()).hexdigest()[:12]
        self._limit = ConcurrencyLimit(concurrency, patient=max(1, concurrency * _PATIENT // _CONCURRENCY))
        self._calls: set[asyncio.Task[list[str]]] = set()
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
        self, items: Sequence[Prompt], *, patient: bool = False, emit: Callable[[int, str], None] | None = None
    ) -> list[str]:
        """Return one text for each prompt, as ``ServedModel.submit`` does.

        Raises ``NotReady`` while the server does not answer; ``InferenceFailed`` if it fails on a prompt, refuses it
        or does not answer it in time; ``PromptTooLong``, after all other texts are written, if it does not accept a
        prompt; and ``EngineStopped``.
        """
        if not items:
            return []
        self._server.require_ready()
        call = asyncio.create_task(self._write_all(items, patient, emit))
        self._calls.add(call)
        try:
            return await call
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if self.state is State.STOPPED and not (caller and caller.cancelling()):
                raise EngineStopped("The writer is stopped: the service ends. Send the request again.") from None
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

    async def _write_all(
        self, items: Sequence[Prompt], patient: bool, emit: Callable[[int, str], None] | None
    ) -> list[str]:
        """Return the text of each prompt. The first error ends the other requests, unless it is ``PromptTooLong``."""
        too_long: list[PromptTooLong] = []

        async def write(index: int, prompt: Prompt) -> str:
            try:
                text = await self._write(prompt, patient)
            except PromptTooLong as error:
                too_long.append(error)
                return ""
            if emit is not None:
                emit(index, text)
            return text

        tasks = [asyncio.create_task(write(index, prompt)) for index, prompt in enumerate(items)]
        try:
            texts = await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if len(too_long) == len(items):  # the server may accept no request at all
            async with self._limit.acquire(patient=patient):
                await self._server.check()
        if too_long:
            raise too_long[0]
        return texts

    async def _write(self, prompt: Prompt, patient: bool) -> str:
        arrived = time.monotonic()
        async with self._limit.acquire(patient=patient):
            begun = time.monotonic()
            answer = await self._server.write(prompt)
            report = Batch(self.name, 1, answer.tokens, time.monotonic() - begun, (begun - arrived,))
        for observer in self._observers:
            observer(report)
        return answer.text


def _display_name(model: str) -> str:
    """Return the name to show for ``model``: a server may name it by a file, whose folder is not shown."""
    is_file = model.startswith(("/", "\\", "~")) or model.lower().endswith(".gguf")
    return model.replace("\\", "/").rpartition("/")[2] if is_file else model
