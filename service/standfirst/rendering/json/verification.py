"""The JSON form of a verification."""

from __future__ import annotations

from pydantic import BaseModel, Field

from standfirst.domain.verification import JudgedSentence, ServedVerification
from standfirst.rendering.json.briefing import ArticleOut, SourceOut, Support


class JudgedSentenceOut(BaseModel):
    """A sentence of the summary, how well the article backs it, the passages that do, and what they do not back."""

    text: str
    support: Support
    sources: list[SourceOut]
    problems: list[str] = Field(description="In plain words; empty if the article backs the sentence.")

    @classmethod
    def of(cls, sentence: JudgedSentence) -> JudgedSentenceOut:
        """Build it from the domain's value."""
        return cls(
            text=sentence.text,
            support=round(sentence.support, 3),
            sources=[SourceOut(start=s.start, end=s.end, text=s.text) for s in sentence.sources],
            problems=list(sentence.problems),
        )


class VerificationOut(BaseModel):
    """The sentences of a summary, and how much of it the article backs."""

    sentences: list[JudgedSentenceOut]
    support: float = Field(ge=0, le=1, description="The mean support of the sentences.")
    article: ArticleOut

    @classmethod
    def of(cls, verified: ServedVerification) -> VerificationOut:
        """Build it from the domain's value."""
        return cls(
            sentences=[JudgedSentenceOut.of(sentence) for sentence in verified.verification.sentences],
            support=round(verified.verification.support, 3),
            article=ArticleOut.of(verified.article),
        )
