"""Serving: what is asked of a model that is served, wherever it runs. The protocol that every engine fulfils.

Knows neither torch nor where the model is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeVar

Item = TypeVar("Item", contravariant=True)
Result = TypeVar("Result")


class State(Enum):
    """Where an engine is in its life."""

    LOADING = "loading"
    READY = "ready"
    #: It was ready, is not now, and will be again without anyone's doing anything to this process.
    AWAY = "away"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that has run: on which model, its rows and tokens, how long, and how many seconds each row had waited."""

    model: str
    rows: int
    tokens: int
    seconds: float
    waited: tuple[float, ...]


class Serving(Protocol[Item, Result]):
    """A model that takes items and gives a result for each, for many callers at a time."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def state(self) -> State:
        """Where it is in its life."""

    @property
    def unfinished(self) -> int:
        """How many callers wait for it."""

    @property
    def load_seconds(self) -> float | None:
        """Seconds that loading the model took, once it is loaded; None where it was not loaded here."""

    def observe(self, observer: Callable[[Batch], None]) -> None:
        """Have ``observer`` told of every batch, in whatever thread."""

    def start(self) -> None:
        """Begin to make it ready, if that is not begun yet."""

    async def ready(self) -> None:
        """Wait until it is ready. Raises what hinders it from ever being so."""

    async def submit(
        self, items: Sequence[Item], *, patient: bool = False, tell: Callable[[int, Result], None] | None = None
    ) -> list[Result]:
        """The result of each of ``items``, in their order; ``patient`` ones run when no others wait.

        ``tell(i, result)`` is called in the caller's loop as soon as item ``i`` has its result, before all have.
        Raises ``ModelError``s. What is done for a caller that is cancelled is done no further.
        """

    async def close(self) -> None:
        """Tell every caller ``EngineStopped``, and end."""
