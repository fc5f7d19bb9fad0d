"""Dates: a month with its day or year, however they are written.

"Jan. 10", "January 10th" and "10 January" are one day. A year alone is a quantity. A weekday is a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from standfirst.language.en.lexicon import MONTHS

_MONTH_FORMS = "|".join([*MONTHS, "sept", *(month[:3] for month in MONTHS)])
_MONTH = rf"(?P<month>{_MONTH_FORMS})\b\.?"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[5-9]|20|21)\d\d)"

#: Day or month first, or month and year. "May" or "March" alone is too often another word.
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
    """A date as far as the text gives it, as written there, and the offset at which it begins."""

    year: int | None
    month: int
    day: int | None
    text: str
    start: int = field(compare=False)

    @property
    def span(self) -> tuple[int, int]:
        """The offsets of the date in its text."""
        return self.start, self.start + len(self.text)

    def within(self, other: Date) -> bool:
        """Whether ``other`` says all that this date says, except for a year that ``other`` leaves open."""
        if self.month != other.month or (self.day is not None and self.day != other.day):
            return False
        return self.year is None or other.year is None or self.year == other.year


def take_dates(text: str) -> tuple[tuple[Date, ...], str]:
    """Return the dates of ``text``, and ``text`` with spaces in their place, so that offsets stay as they are."""
    found: list[Date] = []
    rest = text
    for form in _FORMS:
        for match in form.finditer(rest):
            parts = match.groupdict()
            month = _month(parts["month"])
            if month is None:
                continue
            year, day = parts.get("year"), parts.get("day")
            date = Date(int(year) if year else None, month, int(day) if day else None, match.group(), match.start())
            found.append(date)
            rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
    return tuple(found), rest


def unify_dates(text: str) -> str:
    """Return ``text`` with each of its dates written as "january 10 2021", as far as it is given."""
    for form in _FORMS:
        text = form.sub(_unified, text)
    return text


def _unified(match: re.Match[str]) -> str:
    parts = match.groupdict()
    month = _month(parts["month"])
    if month is None:
        return match.group()
    return " ".join(part for part in (MONTHS[month - 1], parts.get("day"), parts.get("year")) if part)


def _month(written: str) -> int | None:
    if written.isdigit():
        number = int(written)
        return number if 1 <= number <= 12 else None
    return next(n for n, month in enumerate(MONTHS, start=1) if month.startswith(written.casefold()[:3]))
