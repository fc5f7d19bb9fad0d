"""The review of claims: checks and verifier together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from standfirst.grounding.index import GroundingIndex, Verdict
from standfirst_models.protocols.verifier import Finding, Pair

#: Returns a verifier's finding for each pair of evidence and claim.
Verify = Callable[[Sequence[Pair]], Awaitable[list[Finding]]]


async def review(index: GroundingIndex, claims: Sequence[str], verify: Verify) -> list[Verdict]:
    """Return the verdict on each of ``claims``. The checks run in a thread. Raises what ``verify`` raises."""

    def judge() -> list[Verdict]:
        remaining = iter(findings)
        return [
            index.judge(claim, None if pair is None else next(remaining))
            for claim, pair in zip(claims, pairs, strict=True)
        ]

    pairs = await asyncio.to_thread(lambda: [index.pair(claim) for claim in claims])
    findings = await verify([pair for pair in pairs if pair is not None])
    return await asyncio.to_thread(judge)
