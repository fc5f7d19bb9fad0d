"""Quantities: numbers with their scale and unit, however they are written.

``3.5m``, ``3.5 million`` and ``three and a half million`` differ only in writing; ``3.5%`` and ``3.5 km`` in what
they say. Dates are not quantities: ``dates`` takes them out first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

_SMALL = {
    word: value
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_ORDINALS = {
    word: value for value, word in enumerate("third fourth fifth sixth seventh eighth ninth tenth".split(), start=3)
}
_SCALES = {
    "hundred": Decimal(100),
    "thousand": Decimal(1000),
    "k": Decimal(1000),
    "million": Decimal(10**6),
    "mn": Decimal(10**6),
    "m": Decimal(10**6),
    "billion": Decimal(10**9),
    "bn": Decimal(10**9),
    "b": Decimal(10**9),
    "trillion": Decimal(10**12),
    "tn": Decimal(10**12),
}
_DOZEN = {"dozen": Decimal(12), "half": Decimal("0.5")}

#: From a unit as it is written to one form. What is not here is not a unit: the number stands alone.
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
_NUMBER_WORD = "|".join(
    sorted([*_SMALL, *_TENS, *(s for s in _SCALES if len(s) > 2), *_DOZEN, *_ORDINALS], key=len, reverse=True)
)
_SPELLED = re.compile(
    rf"\b(?P<words>(?:{_NUMBER_WORD})s?(?:(?:[\s-]|\sand\s(?:a\s)?)(?:{_NUMBER_WORD})s?)*)\b"
    rf"(?:[\s-]?(?P<percent>per\s?cent\b|percentage[\s-]points?\b)|[\s-](?P<unit>(?:{_UNIT_WORDS})\b))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that a text states: its value, its unit (None where it has none), and how it is written there."""

    value: Decimal
    unit: str | None
    text: str

    def same_as(self, other: Quantity) -> bool:
        """Whether both say the same: equal values, and units that are equal or given in only one place."""
        if self.value == other.value:
            return self.unit is None or other.unit is None or self.unit == other.unit
        return False


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity of ``text``, those in digits first.

    ``100m`` is given as both one hundred million and one hundred metres: which is meant, the text does not say.
    A lone "one" is left out, for it is seldom a number ("one of", "no one"), and so are "half" (of a match, of
    all), "first" and "second".
    """
    found: list[Quantity] = []
    for match in _DIGITS.finditer(text):
        value = Decimal(match["number"].replace(",", ""))
        written = match.group().strip()
        unit = _unit(match)
        scale = (match["scale"] or "").strip(" -\n\t").casefold()
        if scale == "m" and unit is None:
            found.append(Quantity(value, "metre", written))
        found.append(Quantity(value * _SCALES.get(scale, Decimal(1)), unit, written))
    for match in _SPELLED.finditer(_DIGITS.sub(lambda digits: " " * len(digits.group()), text)):
        parts = re.split(r"[\s-]+", match["words"].casefold())
        number = _spelled_value([part for part in parts if part not in ("and", "a")])
        if number is not None and parts not in (["one"], ["half"]):
            ordinal = "ordinal" if parts[-1] in _ORDINALS else None
            found.append(Quantity(number, _spelled_unit(match) or ordinal, match.group().strip()))
    return tuple(found)


def unbacked(claimed: Sequence[Quantity], stated: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Those of ``claimed`` that no quantity of ``stated`` is the same as. Of several readings one will do."""
    backed = {c.text for c in claimed if any(c.same_as(s) for s in stated)}
    missing = {c.text: c for c in claimed if c.text not in backed}
    return tuple(missing.values())


def _unit(match: re.Match[str]) -> str | None:
    if match["percent"]:
        return _percent(match["percent"])
    if match["currency"]:
        return match["currency"][-1]
    if match["ordinal"]:
        return "ordinal"
    if match["decade"]:
        return "decade-of"
    return _UNITS[match["unit"].casefold()] if match["unit"] else None


def _spelled_unit(match: re.Match[str]) -> str | None:
    if match["percent"]:
        return _percent(match["percent"])
    return _UNITS[match["unit"].casefold()] if match["unit"] else None


def _percent(written: str) -> str:
    return "percentage-point" if "point" in written.casefold() else "%"


def _spelled_value(words: Sequence[str]) -> Decimal | None:
    """The value of number words, as in "three hundred and forty-two thousand"; None if they are not one number."""
    total, current = Decimal(0), Decimal(0)
    for written in words:
        word = written.removesuffix("s")
        if word in _SMALL:
            current += _SMALL[word]
        elif word in _TENS:
            current += _TENS[word]
        elif word in _ORDINALS:
            current += _ORDINALS[word]
        elif word == "hundred":
            current = (current or Decimal(1)) * 100
        elif word in _SCALES:
            total += (current or Decimal(1)) * _SCALES[word]
            current = Decimal(0)
        elif word == "dozen":
            current = (current or Decimal(1)) * 12
        elif word == "half":
            current += _DOZEN["half"]
        else:
            return None
    return total + current
