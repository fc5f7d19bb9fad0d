"""The remote server: one model of a chat server, with retries and a circuit breaker.

A request that the server does not answer is sent again. If requests keep failing, none is sent until a trial request
shows that the server is back, and callers get an error at once. Everything runs in the event loop of ``start``.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from standfirst_models.errors import (
    EngineStopped,
    InferenceFailed,
    ModelError,
    NotReady,
    PromptTooLong,
    UnsuitableModel,
)
from standfirst_models.protocols.served_model import State
from standfirst_models.remote.circuit_breaker import Circuit, CircuitBreaker
from standfirst_models.remote.endpoint import Endpoint
from standfirst_models.remote.wire import (
    Answer,
    Chat,
    ChatClient,
    ConnectionLost,
    EmitText,
    RequestRefused,
    ServerBusy,
    ServerTimeout,
    ServerUnavailable,
)

T = TypeVar("T")

_log = logging.getLogger(__name__)

#: How often a chat is sent, and the seconds before it is sent again, doubled each time.
_TRIES, _PAUSE = 4, 0.5
#: Failures in a row that open the circuit; seconds before the first trial, and the longest pause between trials.
_FAILURES, _TRIAL_PAUSE, _LONGEST_PAUSE = 5, 1.0, 30.0
#: The shortest ``retry_after``, in seconds.
_RETRY = 2.0
#: A trial: a request that a working server can answer at once.
_TRIAL = Chat((("user", "Say it shorter.\n\nIt is ready."),), max_tokens=2)


class RemoteServer:
    """Asks ``model`` of the server behind ``client``. Tests pass in another clock, sleep and jitter (0 to 1)."""

    def __init__(
        self,
        client: ChatClient,
        endpoint: Endpoint,
        model: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._client = client
        self.endpoint = endpoint
        self.model = model
        self._role = endpoint.role
        self._label = f"the {endpoint.role}'s server {endpoint.origin}"
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._breaker = CircuitBreaker(failures=_FAILURES, pause=_TRIAL_PAUSE, longest=_LONGEST_PAUSE)
        #: Set while the circuit is open or half open: the watch sends trials.
        self._opened = asyncio.Event()
        #: Set once the server has answered, or ``_fatal`` says why it never will.
        self._settled = asyncio.Event()
        self._fatal: ModelError | None = None
        self._last_logged = ""
        self._closing = False
        self._watching: asyncio.Task[None] | None = None
        #: Requests that wait for an answer or for their next try.
        self._pending: set[asyncio.Task[Any]] = set()

    @property
    def state(self) -> State:
        """Ready while the circuit is closed; away from when it opens until it closes again."""
        if self._closing:
            return State.STOPPED
        if self._fatal is not None:
            return State.FAILED
        if self._breaker.circuit is Circuit.CLOSED:
            return State.READY
        return State.AWAY if self._settled.is_set() else State.LOADING

    def start(self) -> None:
        """Begin to send trials, if that has not begun. Must be called in the event loop."""
        self._opened.set()
        if self._watching is None:
            self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def ready(self) -> None:
        """Wait until the server answers. Raises ``ModelError`` if it never will (a wrong key)."""
        await self._settled.wait()
        if self._fatal is not None:
            raise self._fatal

    def require_ready(self) -> None:
        """Raise ``NotReady`` or ``EngineStopped`` unless the server gets requests now."""
        if self._closing or self._fatal is not None:
            raise EngineStopped(f"The {self._role} is not running. Its log says why; start the service again.")
        if self._breaker.circuit is not Circuit.CLOSED:
            raise self._not_ready()

    async def ask(self, chat: Chat, emit: EmitText | None = None) -> Answer:
        """Return the server's answer, after retries if necessary. ``emit`` is as for ``ChatClient.ask``.

        Raises ``NotReady`` if the server does not answer or the circuit opens first; ``InferenceFailed`` if the server
        fails on this chat, refuses it or does not answer it in time; ``PromptTooLong`` if it does not accept it.
        """
        try:
            return await self._while_closed(self._ask_with_retries(chat, emit))
        except NotReady as error:
            wait = max(_RETRY, error.retry_after, self._breaker.wait(self._clock()))
            raise NotReady(str(error), wait) from None

    async def check(self) -> None:
        """Send a trial. Opens the circuit and raises ``NotReady`` if the server does not answer it."""
        await self._while_closed(self._require_trial())

    def stop(self) -> None:
        """Refuse requests from now on."""
        self._closing = True
        if not self._settled.is_set():
            self._fatal = EngineStopped(f"The {self._role} is stopped: the service ends.")
            self._settled.set()
        if self._watching is not None:
            self._watching.cancel()

    async def close(self) -> None:
        """End the watch and close every connection. Must follow ``stop``."""
        if self._watching is not None:
            await asyncio.gather(self._watching, return_exceptions=True)
        await self._client.close()

    def _not_ready(self) -> NotReady:
        wait = self._breaker.wait(self._clock())
        return NotReady(f"The {self._role}'s server does not answer. It is asked again by itself.", max(_RETRY, wait))

    async def _while_closed(self, request: Coroutine[Any, Any, T]) -> T:
        """Await ``request``. Raises ``NotReady`` if the circuit opens first."""
        task = asyncio.create_task(request)
        self._pending.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if caller and caller.cancelling():
                raise
            raise self._not_ready() from None
        finally:
            self._pending.discard(task)

    async def _ask_with_retries(self, chat: Chat, emit: EmitText | None) -> Answer:
        for pause in (_PAUSE * 2**retry for retry in range(_TRIES - 1)):
            try:
                return await self._ask_once(chat, emit)
            except (ServerBusy, ServerUnavailable, ConnectionLost) as error:
                retry_after = error.retry_after if isinstance(error, NotReady) else 0.0
                await self._sleep(max(retry_after, pause * (0.5 + self._jitter())))
        return await self._ask_once(chat, emit)

    async def _ask_once(self, chat: Chat, emit: EmitText | None) -> Answer:
        """Send one request, and record its outcome in the circuit breaker."""
        self.require_ready()
        generation = self._breaker.generation
        try:
            answer = await self._client.ask(self.model, chat, emit)
        except PromptTooLong as error:
            self._breaker.succeeded()
            _log.warning("a request is too long or malformed for %s: %s", self._label, error)
            raise
        except ServerBusy:  # neither a success nor a failure: a busy server works
            raise
        except RequestRefused as error:
            await self._require_trial()
            _log.warning("%s refuses one request but answers others: %s", self._label, error)
            raise InferenceFailed(f"The {self._role}'s server refuses this request. The log says why.") from None
        except ServerTimeout as error:
            # Other callers need not wait as long to find out. The cause may be this request, so it is not retried.
            self._breaker.trip(self._clock(), generation)
            self._after_failure(error)
            raise InferenceFailed(str(error)) from None
        except ModelError as error:
            self._breaker.failed(self._clock(), generation)
            self._after_failure(error)
            raise
        self._breaker.succeeded()
        return answer

    async def _require_trial(self) -> None:
        self.require_ready()
        generation = self._breaker.generation
        error = await self._trial_error()
        if error is not None:
            self._breaker.trip(self._clock(), generation)
            self._after_failure(error)
            raise self._not_ready()
        self._breaker.succeeded()

    async def _trial_error(self) -> ModelError | None:
        """Send a trial; return why it failed, or None."""
        try:
            await self._client.ask(self.model, _TRIAL)
        except ServerBusy:  # a busy server works
            return None
        except ModelError as error:
            return error
        except Exception as error:  # an unexpected error must not end the watch
            return InferenceFailed(type(error).__name__)
        return None

    def _after_failure(self, error: ModelError) -> None:
        """If the circuit has just opened, start trials and raise ``NotReady`` in every request that waits."""
        if self._breaker.circuit is Circuit.OPEN and not self._opened.is_set():
            self._opened.set()
            for task in self._pending - {asyncio.current_task()}:
                task.cancel()
            _log.warning("%s gets no requests for now: %s", self._label, error)
            self._last_logged = str(error)

    async def _watch(self) -> None:
        """Send trials whenever the circuit is open, until one is answered."""
        while True:
            await self._opened.wait()
            while self._breaker.circuit is not Circuit.CLOSED:
                await self._sleep(self._breaker.wait(self._clock()))
                if self._breaker.begin_trial(self._clock()) and not await self._try():
                    return
            self._opened.clear()

    async def _try(self) -> bool:
        """Run one trial. Return False if the server never answered before and never will."""
        error = await self._trial_error()
        if error is not None:
            if isinstance(error, RequestRefused | PromptTooLong) and not self._settled.is_set():
                unsuitable = f"The {self._role}'s server takes not even a short request as OpenAI's does."
                self._fatal = error if isinstance(error, RequestRefused) else UnsuitableModel(unsuitable)
                self._settled.set()
                return False
            self._breaker.end_trial(self._clock(), answered=False)
            if str(error) != self._last_logged:
                _log.warning("%s failed a trial, more follow: %s", self._label, error)
                self._last_logged = str(error)
        else:
            self._breaker.end_trial(self._clock(), answered=True)
            self._settled.set()
            self._last_logged = ""
            _log.info("%s answers", self._label)
        return True
