"""The check of dates."""

from __future__ import annotations

from collections.abc import Iterator

from standfirst.grounding.case import Case, Kind, Problem


class DateCheck:
    """Finds dates that the evidence does not give. A year that it leaves open may be any year of the article."""

    code = "date"
    kinds = frozenset({Kind.CLAIM, Kind.TITLE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for each such date."""
        stated = [date for sentence in case.evidence for date in sentence.dates]
        for date in case.claim.dates:
            has_year = date.year is None or date.year in case.article.years
            if not any(date.within(other) and (has_year or date.year == other.year) for other in stated):
                yield Problem(self.code, f"date {date.text} is not in {case.evidence_name}", date.span)
