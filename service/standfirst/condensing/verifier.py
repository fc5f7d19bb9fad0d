"""The verifier: holds a summary that anyone wrote against its article, by the same grounding as our own drafts."""

from __future__ import annotations

from collections.abc import Sequence

from standfirst.article import Article
from standfirst.briefing import sources_of
from standfirst.condensing.grounding.verdict import Grounds
from standfirst.verification import JudgedSentence, Verification


def verify(article: Article, claims: Sequence[str]) -> Verification:
    """What ``article`` says to each of ``claims``, the sentences of a summary, of which there is at least one."""
    grounds = Grounds(article)
    judged = []
    for claim in claims:
        verdict = grounds.judge(claim)
        sources = sources_of(article, verdict.sources)
        judged.append(JudgedSentence(claim, verdict.support, sources, verdict.problems))
    return Verification(tuple(judged))
