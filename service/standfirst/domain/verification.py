"""The verification: the sentences of a summary by any author, each judged against its article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from standfirst.domain.article import Article
from standfirst.domain.briefing import Passage

#: What is found about a sentence: the article backs it, the article does not, or this cannot be told.
SentenceFinding = Literal["backed", "not_backed", "undecided"]


@dataclass(frozen=True, slots=True)
class Correction:
    """What the article says instead of a sentence, or of the words ``claimed`` of it, as offsets into it."""

    passage: Passage
    claimed: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """A sentence of the summary and what is found about it.

    ``support``, from 0 to 1, is how likely a careful reader would say that the article backs it; at most 0.5 if it is
    undecided. ``sources`` are the passages that it was held against, those that back it if it is backed. ``problems``
    say in plain words why it is not. ``instead`` is what the article says in the place of a sentence that is not
    backed.
    """

    text: str
    finding: SentenceFinding
    support: float
    sources: tuple[Passage, ...] = ()
    problems: tuple[str, ...] = ()
    instead: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """The sentences of a summary in order; at least one."""

    sentences: tuple[JudgedSentence, ...]

    @property
    def support(self) -> float:
        """The mean support of the sentences, from 0 to 1."""
        return sum(sentence.support for sentence in self.sentences) / len(self.sentences)

    def count(self, finding: SentenceFinding) -> int:
        """Return the number of sentences with this finding."""
        return sum(sentence.finding == finding for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class ServedVerification:
    """A verification as the service returns it, with the article that its offsets point into."""

    article: Article
    verification: Verification
