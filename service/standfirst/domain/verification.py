"""A verification: a summary that anyone wrote, sentence by sentence, each with what of its article backs it.

Knows nothing of how support is found (``condensing``) or sent (``api``).
"""

from __future__ import annotations

from dataclasses import dataclass

from standfirst.domain.briefing import Passage


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """A sentence of the summary: ``support`` (0 to 1) by ``sources``, and in plain words what they do not back."""

    text: str
    support: float
    sources: tuple[Passage, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """The sentences of a summary in order, at least one."""

    sentences: tuple[JudgedSentence, ...]

    @property
    def support(self) -> float:
        """The mean support of the sentences, 0 to 1: how much of the summary the article backs."""
        return sum(sentence.support for sentence in self.sentences) / len(self.sentences)
