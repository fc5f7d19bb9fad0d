"""Dates: a month with its day or year, however they are written.

"Jan. 10", "January 10th" and "10 January" are one day. A year alone is a quantity; a weekday is a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: Their names, in lower case.
MONTHS = "january february march april may june july august september october november december".split()
_MONTH_FORMS = "|".join([*MONTHS, "sept", *(month[:3] for month in MONTHS)])
_MONTH = rf"(?P<month>{_MONTH_FORMS})\b\.?"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[5-9]|20|21)\d\d)"

#: Day or month first, or month and year; a bare "May" or "March" is too often another word.
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_DAY}(?:\s+of)?\s+{_MONTH}(?:,?\s+{_YEAR}\b)?",
        rf"\b{_MONTH}\s+{_DAY}\b(?!\s*(?:per\s?cent|%|million|billion|bn|,\d))(?:,?\s+{_YEAR}\b)?",
        rf"\b{_MONTH}(?:\s+of)?,?\s+{_YEAR}\b",
        r"\b(?P<year>(?:1[5-9]|20|21)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b",
    )
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it is given, and how it is written."""

    year: int | None
    month: int
    day: int | None
    text: str

    def within(self, other: Date) -> bool:
        """Whether ``other`` says all that this date says, save for the year where the other leaves it open."""
        if self.month != other.month or (self.day is not None and self.day != other.day):
            return False
        return self.year is None or other.year is None or self.year == other.year


def take_dates(text: str) -> tuple[tuple[Date, ...], str]:
    """The dates of ``text``, and the text with each of them blanked out, as long as before."""
    found: list[Date] = []
    rest = text
    for form in _FORMS:
        for match in form.finditer(rest):
            parts = match.groupdict()
            month = _month(parts["month"])
            if month is None:
                continue
            year, day = parts.get("year"), parts.get("day")
            found.append(Date(int(year) if year else None, month, int(day) if day else None, match.group()))
            rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
    return tuple(found), rest


def rewritten(text: str) -> str:
    """``text`` with each of its dates as "January 10 2021", as far as it is given."""
    for form in _FORMS:
        text = form.sub(_rewritten, text)
    return text


def _rewritten(match: re.Match[str]) -> str:
    parts = match.groupdict()
    month = _month(parts["month"])
    if month is None:
        return match.group()
    return " ".join(part for part in (MONTHS[month - 1], parts.get("day"), parts.get("year")) if part)


def unbacked(claimed: Sequence[Date], stated: Sequence[Date], years: Sequence[int]) -> tuple[Date, ...]:
    """Those of ``claimed`` that no date of ``stated`` says, or whose year is neither there nor among ``years``."""
    return tuple(
        date
        for date in claimed
        if not any(
            date.within(other) and (date.year is None or date.year == other.year or date.year in years)
            for other in stated
        )
    )


def _month(written: str) -> int | None:
    if written.isdigit():
        number = int(written)
        return number if 1 <= number <= 12 else None
    return next(n for n, month in enumerate(MONTHS, start=1) if month.startswith(written.casefold()[:3]))
