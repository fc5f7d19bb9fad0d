"""The JSON form of a verification."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from standfirst.domain.verification import ServedVerification
from standfirst.rendering.json.briefing import ROUNDED, ArticleOut, SourceOut, Support


class JudgedSentenceOut(BaseModel):
    """A sentence of the summary, how well the article backs it, the passages that do, and what they do not back."""

    text: str
    support: Support
    sources: list[SourceOut]
    problems: list[str] = Field(description="In plain words; empty if the article backs the sentence.")


class VerificationOut(BaseModel):
    """The sentences of a summary, and how much of it the article backs."""

    sentences: list[JudgedSentenceOut]
    support: Annotated[float, Field(ge=0, le=1, description="The mean support of the sentences."), ROUNDED]
    article: ArticleOut

    @classmethod
    def of(cls, verified: ServedVerification) -> VerificationOut:
        """Build it from the domain's value."""
        return cls(
            sentences=[
                JudgedSentenceOut.model_validate(sentence, from_attributes=True)
                for sentence in verified.verification.sentences
            ],
            support=verified.verification.support,
            article=ArticleOut.of(verified.article),
        )
