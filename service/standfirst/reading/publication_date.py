"""Publication dates: timestamps, and lines that state the day on which an article was published.

English month names and ISO dates are recognized. A date such as 3/4/2021 is not: countries read it differently.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from standfirst.language.en.lexicon import MONTHS

_ABBREVIATIONS = [month[:3] for month in MONTHS]
_MONTH = rf"(?P<month>{'|'.join([*MONTHS, 'sept', *_ABBREVIATIONS])})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_LABEL = r"(?:(?:first )?(?:published|posted|date|issued)(?: on| at)?:?\s*)?"
_CHANGE = re.compile(r"(?:last )?(?:updated|modified|edited|revised)(?: on| at)?:?\s*", re.IGNORECASE)
_TIME = r"(?:(?:at\s+)?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?)?\s*(?:[a-z]{2,4}|[+-]\d{2}:?\d{2})?[\s,|·]*)?"

#: A date at the start of a line. A time may follow, or the name of a section without a space.
_FORMS = tuple(
    re.compile(rf"{_LABEL}{_TIME}{_WEEKDAY}{form}(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
    for form in (
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_DAY}\s+{_MONTH},?\s+{_YEAR}",
        r"(?P<year>(?:19|20)\d{2})-(?P<month>\d{2})-(?P<day>\d{2})",
    )
)

#: A longer line, in characters, is a sentence that begins with a date.
_MAX_LENGTH = 100


_ISO_DATE = re.compile(r"(?P<year>(?:19|20)\d{2})-?(?P<month>\d{2})-?(?P<day>\d{2})(?:[T ].*)?", re.DOTALL)


def parse_timestamp(value: str | None) -> str | None:
    """Return the ISO 8601 date of a timestamp: ISO 8601, RFC 5322 ("Fri, 3 May 2024 …") or a line with a date.

    A day in the future is None: it is an error, or the day of something else. The date is that of the time zone in
    which it is written.
    """
    text = " ".join((value or "").split())
    found: str | None = None
    if iso := _ISO_DATE.fullmatch(text):
        found = _iso(int(iso["year"]), int(iso["month"]), int(iso["day"]))
    elif text:
        try:
            found = parsedate_to_datetime(text).date().isoformat()
        except ValueError:
            found = parse_publication_date(text)
    return found if found is None or not _is_future(found) else None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _is_future(day: str) -> bool:
    # The day after is today somewhere.
    return day > (datetime.now(UTC) + timedelta(days=1)).date().isoformat()


def is_date_of_change(line: str) -> bool:
    """Whether ``line`` states only the day on which the article was last changed."""
    label = _CHANGE.match(line)
    return label is not None and parse_publication_date(line[label.end() :]) is not None


def parse_publication_date(line: str) -> str | None:
    """Return the ISO 8601 date of a line that states only a date, else None.

    "December 30, 2021International", "Published: 3 May 2020 at 10:15 GMT" and "2021-12-30T10:00Z" are such lines.
    "December 30, 2021, was a cold day." is not: it is a sentence. A date of change is none of publication.
    """
    if len(line) > _MAX_LENGTH or line.endswith((".", "!", "?")):
        return None
    for form in _FORMS:
        found = form.fullmatch(line.strip())
        if found is None or len(found["rest"].split()) > 8 or re.match(r",?\s+[a-z]+ed\b|,\s+was\b", found["rest"]):
            continue
        month = found["month"].lower()
        number = int(month) if month.isdigit() else _ABBREVIATIONS.index(month[:3]) + 1
        try:
            return date(int(found["year"]), number, int(found["day"])).isoformat()
        except ValueError:
            return None
    return None
