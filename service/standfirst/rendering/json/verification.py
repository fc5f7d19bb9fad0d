"""The JSON form of a verification."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from standfirst.domain.verification import (
    Correction,
    JudgedSentence,
    SentenceFinding,
    ServedVerification,
    Verification,
)
from standfirst.rendering.json.briefing import ROUNDED, ArticleOut, SourceOut, Support


class ClaimedOut(BaseModel):
    """Words of a sentence of the summary; ``start`` and ``end`` count Unicode code points of it."""

    start: int
    end: int
    text: str


class CorrectionOut(SourceOut):
    """A passage of the article that says something else than the sentence."""

    claimed: ClaimedOut | None = Field(description="The words in whose place it stands; null for the whole sentence.")

    @classmethod
    def of(cls, correction: Correction, claim: str) -> CorrectionOut:
        """Build it from the domain's value and the sentence that it corrects."""
        passage = correction.passage
        claimed = None
        if correction.claimed is not None:
            start, end = correction.claimed
            claimed = ClaimedOut(start=start, end=end, text=claim[start:end])
        return cls(start=passage.start, end=passage.end, text=passage.text, claimed=claimed)


class JudgedSentenceOut(BaseModel):
    """A sentence of the summary, and what is found about it."""

    text: str
    finding: SentenceFinding = Field(
        description="`backed`; `not_backed`, and `problems` say why; or `undecided`: it cannot be told."
    )
    support: Support
    sources: list[SourceOut] = Field(description="The passages that it was held against, those that back it if any do.")
    problems: list[str] = Field(description="In plain words; empty if the article backs the sentence.")
    instead: list[CorrectionOut] = Field(
        description="What the article says instead, of a sentence that is not backed: the words that differ, if they "
        "are known, or the sentence most like it."
    )

    @classmethod
    def of(cls, sentence: JudgedSentence) -> JudgedSentenceOut:
        """Build it from the domain's value."""
        return cls(
            text=sentence.text,
            finding=sentence.finding,
            support=sentence.support,
            sources=[SourceOut(start=s.start, end=s.end, text=s.text) for s in sentence.sources],
            problems=list(sentence.problems),
            instead=[CorrectionOut.of(correction, sentence.text) for correction in sentence.instead],
        )


class CountsOut(BaseModel):
    """The number of sentences of each finding."""

    backed: int
    not_backed: int
    undecided: int

    @classmethod
    def of(cls, verification: Verification) -> CountsOut:
        """Build it from the domain's value."""
        return cls(
            backed=verification.count("backed"),
            not_backed=verification.count("not_backed"),
            undecided=verification.count("undecided"),
        )


class VerificationOut(BaseModel):
    """The sentences of a summary, and how much of it the article backs."""

    sentences: list[JudgedSentenceOut]
    counts: CountsOut
    support: Annotated[float, Field(ge=0, le=1, description="The mean support of the sentences."), ROUNDED]
    article: ArticleOut

    @classmethod
    def of(cls, verified: ServedVerification) -> VerificationOut:
        """Build it from the domain's value."""
        return cls(
            sentences=[JudgedSentenceOut.of(sentence) for sentence in verified.verification.sentences],
            counts=CountsOut.of(verified.verification),
            support=verified.verification.support,
            article=ArticleOut.of(verified.article),
        )
