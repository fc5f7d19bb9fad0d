"""The breaker: whether a server is asked at all, by how it has answered until now.

Pure: it knows no server, no event loop and no clock. Times are seconds of whatever clock the caller has.
"""

from __future__ import annotations

from enum import Enum


class Circuit(Enum):
    """Closed: the server is asked. Open: it is not. Half open: one trial is under way, and nothing else is asked."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"


class CircuitBreaker:
    """Opens at so many ``failures`` on end; a trial closes it.

    The first trial may begin ``pause`` after it opened; after each that fails, the next must wait twice as long as the
    one before, ``longest`` at most. It begins open, with a trial due at once: nobody has answered yet. What was asked
    in an earlier ``generation``, before it last opened and closed again, says nothing of the server as it is now.
    """

    def __init__(self, *, failures: int, pause: float, longest: float) -> None:
        self._limit = failures
        self._first_pause = pause
        self._longest = longest
        self._circuit = Circuit.OPEN
        #: How often it has been closed.
        self.generation = 0
        self._failures = 0
        self._pause = pause
        self._due = float("-inf")

    @property
    def circuit(self) -> Circuit:
        """What it lets through."""
        return self._circuit

    def wait(self, now: float) -> float:
        """Seconds until a trial may begin; 0 where none is needed, or it is under way."""
        return max(0.0, self._due - now) if self._circuit is Circuit.OPEN else 0.0

    def succeeded(self) -> None:
        """A request was answered. What was asked before the circuit opened does not close it."""
        if self._circuit is Circuit.CLOSED:
            self._failures = 0

    def failed(self, now: float, generation: int) -> None:
        """A request that was asked in ``generation`` was not answered."""
        if self._circuit is Circuit.CLOSED and generation == self.generation:
            self._failures += 1
            if self._failures >= self._limit:
                self._open(now, self._first_pause)

    def trip(self, now: float, generation: int) -> None:
        """Open now: in ``generation``, the server has answered not even a trial, or kept somebody waiting in vain."""
        if self._circuit is Circuit.CLOSED and generation == self.generation:
            self._open(now, self._first_pause)

    def begin_trial(self, now: float) -> bool:
        """Whether a trial may begin; then it has."""
        if self._circuit is not Circuit.OPEN or now < self._due:
            return False
        self._circuit = Circuit.HALF_OPEN
        return True

    def end_trial(self, now: float, *, answered: bool) -> None:
        """The trial under way was answered, or was not."""
        if answered:
            self._circuit, self._failures, self._pause = Circuit.CLOSED, 0, self._first_pause
            self.generation += 1
        else:
            self._open(now, self._pause)
            self._pause = min(2 * self._pause, self._longest)

    def _open(self, now: float, pause: float) -> None:
        self._circuit = Circuit.OPEN
        self._due = now + pause
