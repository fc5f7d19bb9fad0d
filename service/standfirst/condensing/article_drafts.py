"""The drafts of a whole article, as they arrive and are judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.information import Information
from standfirst.domain.briefing import Options
from standfirst.grounding.index import Verdict


@dataclass(slots=True)
class ArticleDrafts:
    """What a writer drafted of a whole article: the sentences that begin the briefing, the headline, what is refused.

    The first of ``begun`` is the standfirst.
    """

    begun: list[Candidate] = field(default_factory=list)
    headline: tuple[str, Verdict] | None = None
    refused: list[tuple[str, Verdict]] = field(default_factory=list)

    def begin(self, candidate: Candidate, information: Information, options: Options) -> None:
        """Add ``candidate`` to what begins the briefing, if it is within the limits and repeats nothing."""
        words = candidate.words + sum(begun.words for begun in self.begun)
        fits = len(self.begun) <= options.points and words <= options.max_words
        if fits and not information.repeats(candidate, self.begun):
            self.begun.append(candidate)
