"""The verification: the sentences of a summary by any author, each judged against its article."""

from __future__ import annotations

from dataclasses import dataclass

from standfirst.domain.article import Article
from standfirst.domain.briefing import Passage


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """A sentence of the summary, its support (0 to 1) by ``sources``, and in plain words what they do not back."""

    text: str
    support: float
    sources: tuple[Passage, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """The sentences of a summary in order; at least one."""

    sentences: tuple[JudgedSentence, ...]

    @property
    def support(self) -> float:
        """The mean support of the sentences, from 0 to 1."""
        return sum(sentence.support for sentence in self.sentences) / len(self.sentences)


@dataclass(frozen=True, slots=True)
class ServedVerification:
    """A verification as the service returns it, with the article that its offsets point into."""

    article: Article
    verification: Verification
