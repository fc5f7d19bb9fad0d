"""The circuit breaker: it decides from past answers whether a server gets requests.

It is pure: it knows no server, event loop or clock. Times are in seconds of the caller's clock.
"""

from __future__ import annotations

from enum import Enum


class Circuit(Enum):
    """Closed: the server gets requests. Open: it gets none. Half open: it gets one trial request."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"


class CircuitBreaker:
    """A circuit that opens after ``failures`` in a row and closes after a trial that is answered.

    The first trial may begin ``pause`` seconds after the circuit opened. After each failed trial the pause doubles, up
    to ``longest``. The circuit begins open, with a trial due at once: nothing is known of the server yet.

    A generation is the time between two closings. A request's outcome counts only in the generation in which it was
    sent: it says nothing of a server that has failed and recovered since.
    """

    def __init__(self, *, failures: int, pause: float, longest: float) -> None:
        self._limit = failures
        self._first_pause = pause
        self._longest = longest
        self._circuit = Circuit.OPEN
        #: How often the circuit has closed.
        self.generation = 0
        self._failures = 0
        self._pause = pause
        self._due = float("-inf")

    @property
    def circuit(self) -> Circuit:
        """The circuit's state."""
        return self._circuit

    def wait(self, now: float) -> float:
        """Return the seconds until a trial may begin; 0 if none is needed or one is running."""
        return max(0.0, self._due - now) if self._circuit is Circuit.OPEN else 0.0

    def succeeded(self) -> None:
        """Record an answered request. It does not close an open circuit: only a trial does."""
        if self._circuit is Circuit.CLOSED:
            self._failures = 0

    def failed(self, now: float, generation: int) -> None:
        """Record a failed request that was sent in ``generation``."""
        if self._circuit is Circuit.CLOSED and generation == self.generation:
            self._failures += 1
            if self._failures >= self._limit:
                self._open(now, self._first_pause)

    def trip(self, now: float, generation: int) -> None:
        """Open the circuit at once, after a failure in ``generation`` that is evidence enough by itself."""
        if self._circuit is Circuit.CLOSED and generation == self.generation:
            self._open(now, self._first_pause)

    def begin_trial(self, now: float) -> bool:
        """Begin a trial if one may begin now; return whether it has begun."""
        if self._circuit is not Circuit.OPEN or now < self._due:
            return False
        self._circuit = Circuit.HALF_OPEN
        return True

    def end_trial(self, now: float, *, answered: bool) -> None:
        """End the running trial."""
        if answered:
            self._circuit, self._failures, self._pause = Circuit.CLOSED, 0, self._first_pause
            self.generation += 1
        else:
            self._open(now, self._pause)
            self._pause = min(2 * self._pause, self._longest)

    def _open(self, now: float, pause: float) -> None:
        self._circuit = Circuit.OPEN
        self._due = now + pause
