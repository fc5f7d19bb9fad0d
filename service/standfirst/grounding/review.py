"""Judging: sentences held against an article, by rules and by the verifier together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from standfirst.grounding.index import GroundingIndex, Verdict
from standfirst_models.protocols.verifier import Finding, Pair

#: What a verifier makes of pairs of evidence and claim.
Verify = Callable[[Sequence[Pair]], Awaitable[list[Finding]]]


async def review(grounds: GroundingIndex, claims: Sequence[str], verify: Verify) -> list[Verdict]:
    """What the article of ``grounds`` says to each of ``claims``. Raises what ``verify`` raises."""

    def verdicts() -> list[Verdict]:
        found = iter(findings)
        return [
            grounds.judge(claim, None if pair is None else next(found))
            for claim, pair in zip(claims, pairs, strict=True)
        ]

    pairs = await asyncio.to_thread(lambda: [grounds.pair(claim) for claim in claims])
    findings = await verify([pair for pair in pairs if pair is not None])
    return await asyncio.to_thread(verdicts)
