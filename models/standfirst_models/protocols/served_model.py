"""The interface of a served model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeVar

Item = TypeVar("Item", contravariant=True)
Result = TypeVar("Result")


class State(Enum):
    """The state of a served model."""

    LOADING = "loading"
    READY = "ready"
    #: Not ready, after it had been ready; it becomes ready again without a restart of this process.
    AWAY = "away"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that a model has run: the model's name, rows, tokens, seconds, and the seconds that each row waited."""

    model: str
    rows: int
    tokens: int
    seconds: float
    waited: tuple[float, ...]


class ServedModel(Protocol[Item, Result]):
    """A model that many callers share. It returns one result for each item that a caller submits."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def state(self) -> State:
        """The model's state now."""

    @property
    def unfinished(self) -> int:
        """The number of submissions that have not ended."""

    @property
    def load_seconds(self) -> float | None:
        """How many seconds it took to load the model; None before that, or where this process does not load it."""

    def observe(self, observer: Callable[[Batch], None]) -> None:
        """Call ``observer`` after every batch, in any thread."""

    def start(self) -> None:
        """Begin to make the model ready; do nothing if that has begun."""

    async def ready(self) -> None:
        """Wait until the model is ready. Raises the error that keeps it from ever being ready."""

    async def submit(
        self, items: Sequence[Item], *, patient: bool = False, emit: Callable[[int, Result], None] | None = None
    ) -> list[Result]:
        """Return the result of each item, in the order of ``items``.

        ``patient`` items run only while no others wait. ``emit(i, result)`` is called in the caller's event loop as
        soon as item ``i`` has its result; before that, if a text is asked for by line, with its beginning after each
        line. If the caller is cancelled, work on its items stops.

        Raises ``ModelError``.
        """

    async def close(self) -> None:
        """Raise ``EngineStopped`` in every caller, and stop."""
