"""The verifier: holds a summary that anyone wrote against its article, by the same grounding as our own drafts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from standfirst.article import Article
from standfirst.briefing import sources_of
from standfirst.condensing.grounding.judging import Verify, judged
from standfirst.condensing.grounding.verdict import Grounds
from standfirst.verification import JudgedSentence, Verification


async def verify(article: Article, claims: Sequence[str], verifier: Verify) -> Verification:
    """What ``article`` says to each of ``claims``, the sentences of a summary, of which there is at least one.

    Raises what ``verifier`` raises.
    """
    grounds = await asyncio.to_thread(Grounds, article)
    verdicts = await judged(grounds, claims, verifier)
    return Verification(
        tuple(
            JudgedSentence(claim, verdict.support, sources_of(article, verdict.sources), verdict.problems)
            for claim, verdict in zip(claims, verdicts, strict=True)
        )
    )
