"""The verification service: checks a summary by any author against its article.

It uses the same grounding as the drafts of our own writer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from standfirst.application.admission import OpenSlot, unlimited
from standfirst.domain.article import Article
from standfirst.domain.briefing import passages_of
from standfirst.domain.verification import JudgedSentence, ServedVerification, Verification
from standfirst.grounding.correction import corrections
from standfirst.grounding.index import Grounding
from standfirst.grounding.review import Verify, review
from standfirst.reading.source import Reader, Source
from standfirst.reading.summary import split_summary


class VerificationService:
    """Verifies summaries with one verifier. ``open_slot`` limits how many are verified at a time."""

    def __init__(self, reader: Reader, verify: Verify, grounding: Grounding, open_slot: OpenSlot = unlimited) -> None:
        self._reader = reader
        self._verify = verify
        self._open_slot = open_slot
        self._grounding = grounding

    async def verify(self, source: Source, summary: str, caller: str = "") -> ServedVerification:
        """Return what the article of ``source`` says about each sentence of ``summary``.

        Raises the errors of the reader, of the slot and of the verifier.
        """
        article = await self._reader.read(source)
        claims = split_summary(summary, article.language)
        async with self._open_slot(caller):
            return ServedVerification(article, await verify_claims(article, claims, self._verify, self._grounding))


async def verify_claims(article: Article, claims: Sequence[str], verify: Verify, grounding: Grounding) -> Verification:
    """Return the verdict on each of ``claims``, of which there is at least one. Raises the errors of ``verify``."""
    index = await asyncio.to_thread(grounding.index, article)
    verdicts = await review(index, claims, verify)
    return Verification(
        tuple(
            JudgedSentence(
                claim,
                verdict.finding,
                verdict.support,
                passages_of(article, verdict.sources),
                verdict.messages,
                corrections(article, index, claim, verdict),
            )
            for claim, verdict in zip(claims, verdicts, strict=True)
        )
    )
