"""Quantities: numbers with their scale and unit, however they are written.

``3.5m``, ``3.5 million`` and ``three and a half million`` are one quantity; ``3.5%`` and ``3.5 km`` are two. Dates are
not quantities: ``dates.take_dates`` takes them out first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from standfirst.language.en.lexicon import NUMERALS, ORDINALS, SCALES, SHORT_SCALES

_ALL_SCALES = SCALES | {short: SCALES[full] for short, full in SHORT_SCALES.items()}
_DOZEN, _HALF = Decimal(12), Decimal("0.5")

#: Words before a number that is not exact, with the least and the greatest share of it that they leave open.
_ROUNDINGS = tuple(
    (re.compile(rf"\b(?:{words})\s+(?:an?\s+)?$", re.IGNORECASE), Decimal(least), Decimal(greatest))
    for words, least, greatest in (
        ("more than|over|at least|above|upwards of|no fewer than|no less than", "1", "1.5"),
        ("nearly|almost|close to|under|below|less than|fewer than|up to|at most|just short of", "0.67", "1"),
        ("about|around|roughly|approximately|some|an estimated", "0.85", "1.15"),
    )
)

#: From a unit as written to its one form. Any other word is not a unit.
_UNITS = {
    form: forms.split()[0]
    for forms in (
        "% percent per-cent pc",
        "percentage-point percentage-points",
        "$ dollar dollars us$",
        "£ pound pounds",
        "€ euro euros",
        "¥ yen",
        "km kilometre kilometres kilometer kilometers",
        "mile miles",
        "metre metres meter meters",
        "cm centimetre centimetres centimeter centimeters",
        "foot feet ft",
        "inch inches",
        "kg kilogram kilograms kilogramme kilogrammes",
        "tonne tonnes ton tons",
        "mph",
        "degree degrees °",
        "second seconds",
        "minute minutes",
        "hour hours",
        "day days",
        "week weeks",
        "month months",
        "year years",
        "decade decades",
        "century centuries",
    )
    for form in forms.split()
}


def is_unit(word: str) -> bool:
    """Return whether ``word`` is a unit of quantities."""
    return word.casefold() in _UNITS


#: Units of time.
DURATIONS = frozenset("second minute hour day week month year decade century".split())
_UNIT_WORDS = "|".join(
    sorted((re.escape(unit) for unit in _UNITS if unit[0].isalpha() and "-" not in unit), key=len, reverse=True)
)

_DIGITS = re.compile(
    r"(?P<currency>(?:US|A|C)?\$|[£€¥])?\s?"
    r"(?<![\w.])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:(?P<decade>['’]?s)\b|(?P<ordinal>st|nd|rd|th)\b"
    r"|(?P<scale>[\s-]?(?:thousand|million|billion|trillion|hundred)|\s?(?:bn|mn|tn|[kmb]))\b)?"
    rf"(?:\s?(?P<percent>%|per\s?cent\b|pc\b|percentage[\s-]points?\b)|[\s-]?(?P<unit>°|(?:{_UNIT_WORDS})\b))?",
    re.IGNORECASE,
)
_NUMBER_WORD = "|".join(sorted([*NUMERALS, *SCALES, "dozen", "half", *ORDINALS], key=len, reverse=True))
_SPELLED = re.compile(
    rf"\b(?P<words>(?:{_NUMBER_WORD})s?(?:(?:[\s-]|\sand\s(?:a\s)?)(?:{_NUMBER_WORD})s?)*)\b"
    rf"(?:[\s-]?(?P<percent>per\s?cent\b|percentage[\s-]points?\b)|[\s-](?P<unit>(?:{_UNIT_WORDS})\b))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that a text states: its value and unit (None: no unit), as written there, and where it begins."""

    value: Decimal
    unit: str | None
    text: str
    start: int = field(compare=False)

    @property
    def span(self) -> tuple[int, int]:
        """The offsets of the quantity in its text."""
        return self.start, self.start + len(self.text)

    def same_as(self, other: Quantity) -> bool:
        """Whether the values are equal, and the units are equal or only one is given."""
        if self.value == other.value:
            return self.unit is None or other.unit is None or self.unit == other.unit
        return False


@dataclass(frozen=True, slots=True)
class Rounding:
    """How far a number that is not exact may be from the exact one: shares of it, ``least`` to ``greatest``."""

    least: Decimal = Decimal(1)
    greatest: Decimal = Decimal(1)

    def holds(self, rough: Quantity, exact: Quantity) -> bool:
        """Whether ``exact`` may be given as ``rough``."""
        if rough.same_as(exact):
            return True
        is_alike = rough.unit is None or exact.unit is None or rough.unit == exact.unit
        return is_alike and rough.value * self.least <= exact.value <= rough.value * self.greatest


def rounding(text: str, quantity: Quantity) -> Rounding:
    """Return how ``text`` rounds its ``quantity``, by the words before it: "more than", "nearly", "about"."""
    before = text[: quantity.start]
    return next((Rounding(least, most) for words, least, most in _ROUNDINGS if words.search(before)), Rounding())


def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of ``text``, those in digits first.

    ``100m`` is read both as one hundred million and as one hundred metres, since the text does not say which it is.
    A lone "one" or "half", and "first" and "second", are left out: they are seldom numbers ("no one", "half of it").
    """
    found: list[Quantity] = []
    for match in _DIGITS.finditer(text):
        value = Decimal(match["number"].replace(",", ""))
        written = match.group().strip()
        start = text.index(written, match.start())
        unit = _unit(match.groupdict())
        scale = (match["scale"] or "").strip(" -\n\t").casefold()
        if scale == "m" and unit is None:
            found.append(Quantity(value, "metre", written, start))
        found.append(Quantity(value * _ALL_SCALES.get(scale, Decimal(1)), unit, written, start))
    for match in _SPELLED.finditer(_DIGITS.sub(lambda digits: " " * len(digits.group()), text)):
        parts = re.split(r"[\s-]+", match["words"].casefold())
        number = _spelled_value([part for part in parts if part not in ("and", "a")])
        if number is not None and parts not in (["one"], ["half"]):
            ordinal = "ordinal" if parts[-1] in ORDINALS else None
            found.append(Quantity(number, _unit(match.groupdict()) or ordinal, match.group().strip(), match.start()))
    return tuple(found)


def _unit(parts: Mapping[str, str | None]) -> str | None:
    """Return the unit of a number, given the named groups of its match, or None if it has no unit."""
    if percent := parts["percent"]:
        return "percentage-point" if "point" in percent.casefold() else "%"
    if currency := parts.get("currency"):
        return currency[-1]
    if parts.get("ordinal"):
        return "ordinal"
    if parts.get("decade"):
        return "decade-of"
    unit = parts["unit"]
    return _UNITS[unit.casefold()] if unit else None


def _spelled_value(words: Sequence[str]) -> Decimal | None:
    """Return the value of words such as "three hundred forty two thousand", or None if they are not one number."""
    total, current = Decimal(0), Decimal(0)
    for written in words:
        word = written.removesuffix("s")
        if word in NUMERALS:
            current += NUMERALS[word]
        elif word in ORDINALS:
            current += ORDINALS[word]
        elif word == "hundred":
            current = (current or Decimal(1)) * 100
        elif word in SCALES:
            total += (current or Decimal(1)) * SCALES[word]
            current = Decimal(0)
        elif word == "dozen":
            current = (current or Decimal(1)) * _DOZEN
        elif word == "half":
            current += _HALF
        else:
            return None
    return total + current
