"""The check of dates."""

from __future__ import annotations

from collections.abc import Iterator

from standfirst.grounding.case import Case, Kind, Problem


class DateCheck:
    """Finds dates that the article does not give.

    A year that it leaves open may be any year of the article. Where a claim is worded like a sentence that has a date,
    that is the date.
    """

    code = "date"
    kinds = frozenset({Kind.CLAIM, Kind.TITLE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for each such date."""
        alike = case.shortened.dates if case.shortened is not None else ()
        stated = alike or [date for sentence in case.article.sentences for date in sentence.dates]
        for date in case.claim.dates:
            has_year = date.year is None or date.year in case.article.years
            if not any(date.within(other) and (has_year or date.year == other.year) for other in stated):
                yield Problem(self.code, f"the article does not say “{date.text}” here", date.span)
