"""The pool: the candidates of a briefing, and which of them grounding lets pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.information import Information
from standfirst.condensing.selection import choose
from standfirst.domain.briefing import Options
from standfirst.grounding.index import Verdict


class Pool:
    """Candidates that compete for a place in a briefing.

    A quotation needs no review. Of the others only those are reviewed that would be chosen.
    """

    def __init__(self, information: Information, candidates: Iterable[Candidate]) -> None:
        self.information = information
        self._candidates = list(candidates)
        self._verdicts: dict[str, Verdict] = {}

    def choose(
        self, options: Options, begun: Sequence[Candidate] = (), *, reviewed_only: bool = False
    ) -> list[Candidate]:
        """Return the best set of candidates that are not refused, in the order of the briefing, as ``choose`` does.

        ``begun`` are chosen already.
        """
        possible = [c for c in self._candidates if self.may_be_chosen(c, reviewed_only=reviewed_only)]
        return choose(possible, self.information, options, begun)

    def extend(self, candidates: Iterable[Candidate]) -> None:
        """Add ``candidates``, which grounding has not judged."""
        self._candidates.extend(candidates)

    def add(self, candidate: Candidate, verdict: Verdict) -> None:
        """Add ``candidate`` with what grounding says of it."""
        self._candidates.append(candidate)
        self.add_verdict(candidate, verdict)

    def lacks_lead(self, options: Options) -> bool:
        """Return whether the lead may be said, but in no form that fits into ``options.max_words``."""
        leads = [candidate.words for candidate in self._candidates if candidate.sources == (0,)]
        return bool(leads) and min(leads) > options.max_words

    def is_shortest(self, candidate: Candidate) -> bool:
        """Return whether no shorter form of the sentences of ``candidate`` may be shown."""
        return not any(
            other.sources == candidate.sources
            and other.words < candidate.words
            and self.may_be_chosen(other, reviewed_only=False)
            for other in self._candidates
        )

    def add_verdict(self, candidate: Candidate, verdict: Verdict) -> None:
        """Record what grounding says of ``candidate``."""
        self._verdicts[candidate.text] = verdict

    def verdict(self, candidate: Candidate) -> Verdict | None:
        """Return what grounding says of ``candidate``; None if it was not reviewed."""
        if candidate.origin == "quoted":
            return Verdict("backed", 1.0, candidate.sources)
        return self._verdicts.get(candidate.text)

    def may_be_chosen(self, candidate: Candidate, *, reviewed_only: bool) -> bool:
        """Return whether grounding lets ``candidate`` pass, or may yet if it need not be ``reviewed_only``."""
        verdict = self.verdict(candidate)
        return not reviewed_only if verdict is None else passes(verdict)

    def unreviewed(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Return those of ``candidates`` that were not reviewed."""
        return [candidate for candidate in candidates if self.verdict(candidate) is None]


def passes(verdict: Verdict) -> bool:
    """Return whether a draft with ``verdict`` may be shown."""
    return verdict.is_backed and not verdict.draft_problems
