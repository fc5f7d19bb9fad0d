"""The verifier: holds a summary that anyone wrote against its article, by the same grounding as our own drafts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from standfirst.domain.article import Article
from standfirst.domain.briefing import passages_of
from standfirst.domain.verification import JudgedSentence, Verification
from standfirst.grounding.index import GroundingIndex
from standfirst.grounding.review import Verify, review


async def verify(article: Article, claims: Sequence[str], verifier: Verify) -> Verification:
    """What ``article`` says to each of ``claims``, the sentences of a summary, of which there is at least one.

    Raises what ``verifier`` raises.
    """
    grounds = await asyncio.to_thread(GroundingIndex, article)
    verdicts = await review(grounds, claims, verifier)
    return Verification(
        tuple(
            JudgedSentence(claim, verdict.support, passages_of(article, verdict.sources), verdict.problems)
            for claim, verdict in zip(claims, verdicts, strict=True)
        )
    )
