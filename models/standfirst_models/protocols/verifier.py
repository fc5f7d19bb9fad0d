"""The interface of a verifier: pairs of evidence and claim in, findings out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, and the evidence that may back it."""

    evidence: str
    claim: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A verifier's judgement of a pair.

    ``logit`` is the log odds, not calibrated, that the evidence backs the claim. ``weakest`` is the part of the claim
    that is backed least, as (start, end) in characters; it is empty if the verifier names none.
    """

    logit: float
    weakest: tuple[int, int]


class Verifier(Protocol):
    """A loaded model that verifies. One thread owns it: a tokenizer must not be shared between threads."""

    def verify(self, pairs: Sequence[Pair], cancelled: Callable[[], bool]) -> list[Finding]:
        """Return one finding for each pair.

        ``cancelled()`` is called before each pass over some of the pairs. Once it is true, the findings may hold
        anything, since nobody waits for them.
        """
