"""The candidate: a sentence that the briefing may show, and the sentences of the article that it says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from standfirst.domain.briefing import Origin
from standfirst.domain.words import count_words


@dataclass(frozen=True)
class Candidate:
    """``text``, which says what the sentences of the article at ``sources``, at least one, in order, say.

    ``stems`` are those of its content words and numbers. ``follows`` is the index of the sentence that must be shown
    right before it, because it is not understood alone; None if it is. ``may_open`` says that a briefing may begin with
    it, because it refers to nothing before it. ``plain`` is, for a headline in the way of headlines, the sentence that
    says the same in full, which grounding judges.
    """

    text: str
    origin: Origin
    sources: tuple[int, ...]
    stems: frozenset[str]
    follows: int | None = None
    may_open: bool = True
    plain: str | None = None

    @cached_property
    def words(self) -> int:
        """The number of words."""
        return count_words(self.text)
