"""The review of claims: checks and verifier together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from standfirst.grounding.case import Kind
from standfirst.grounding.index import GroundingIndex, Verdict
from standfirst_models.protocols.verifier import Finding, Pair

#: Returns a verifier's finding for each pair of evidence and claim.
Verify = Callable[[Sequence[Pair]], Awaitable[list[Finding]]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that is to be shown as what ``kind`` says, and the sentences that it shortens or was made from.

    ``is_pruned`` says that syntax chose what it leaves out, and not a writer.
    """

    text: str
    kind: Kind
    sentences: tuple[str, ...]
    is_pruned: bool = False


async def review(index: GroundingIndex, claims: Sequence[str], verify: Verify) -> list[Verdict]:
    """Return the verdict on each of ``claims``. The checks run in a thread. Raises what ``verify`` raises."""

    def judge() -> list[Verdict]:
        remaining = iter(findings)
        return [
            index.judge(claim, list(islice(remaining, len(of_claim))))
            for claim, of_claim in zip(claims, pairs, strict=True)
        ]

    pairs = await asyncio.to_thread(lambda: [index.pairs(claim) for claim in claims])
    findings = await verify([pair for of_claim in pairs for pair in of_claim])
    return await asyncio.to_thread(judge)


async def review_drafts(index: GroundingIndex, drafts: Sequence[Draft], verify: Verify) -> list[Verdict]:
    """Return the verdict on each of ``drafts``; those that are backed are also checked as what they are.

    If only the verifier is unsure of a pruned sentence, it reads it once more, beside the sentence alone. Of what
    writers draft, too much that is wrong passes then.
    """

    def check() -> list[Verdict]:
        return [
            replace(verdict, draft_problems=index.problems(draft.text, draft.kind, draft.sentences))
            if verdict.is_backed
            else verdict
            for draft, verdict in zip(drafts, verdicts, strict=True)
        ]

    sentences = [sentence for draft in drafts for sentence in draft.sentences]
    await asyncio.to_thread(index.parses.prepare, sentences, [draft.text for draft in drafts])
    verdicts = await review(index, [draft.text for draft in drafts], verify)
    unsure = [
        i
        for i, verdict in enumerate(verdicts)
        if drafts[i].is_pruned and verdict.finding == "undecided" and verdict.reason == "support"
    ]
    pairs = [index.pair(drafts[i].text, drafts[i].sentences) for i in unsure]
    for i, finding in zip(unsure, await verify(pairs) if pairs else [], strict=True):
        verdicts[i] = await asyncio.to_thread(index.judge, drafts[i].text, [finding])
    return await asyncio.to_thread(check)


async def review_written(index: GroundingIndex, texts: Sequence[str], verify: Verify, kind: Kind) -> list[Verdict]:
    """Return the verdict on each of ``texts``, which were drafted from the whole article as what ``kind`` says.

    One that is backed and is worded like a sentence of the article is also checked as a draft of that sentence. A
    headline is always checked as one.
    """

    def check() -> list[Verdict]:
        return [
            replace(verdict, draft_problems=index.problems(text, kind, index.texts(verdict.sources)))
            if verdict.is_backed and (kind is Kind.HEADLINE or index.is_worded_like(text))
            else verdict
            for text, verdict in zip(texts, verdicts, strict=True)
        ]

    verdicts = await review(index, texts, verify)
    return await asyncio.to_thread(check)
