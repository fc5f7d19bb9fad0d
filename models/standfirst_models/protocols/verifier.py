"""The verifier: a claim and its evidence in, how well the one backs the other out. The protocol runtimes fulfil.

Knows neither torch nor where the evidence comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence, and what it is held against."""

    evidence: str
    claim: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a verifier makes of a pair.

    ``logit`` is the log odds that the evidence backs the claim, not calibrated; ``weakest`` the characters of the
    claim, as (start, end), that lower it most.
    """

    logit: float
    weakest: tuple[int, int]


class Verifier(Protocol):
    """A loaded model that verifies. Owned by one thread: its tokenizer is not safe to share between threads."""

    def verify(self, pairs: Sequence[Pair], cancelled: Callable[[], bool]) -> list[Finding]:
        """One finding for each pair.

        ``cancelled`` is asked before each pass over a part of them; once it is true the findings, which nobody
        waits for, may be anything.
        """
