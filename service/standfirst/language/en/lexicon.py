"""The word lists of English that several modules use, in lower case. Each stands here once."""

from __future__ import annotations

from decimal import Decimal

MONTHS = tuple("january february march april may june july august september october november december".split())
WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
CALENDAR = frozenset([*WEEKDAYS, *MONTHS])

_UP_TO_NINETEEN = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen"""
#: From a numeral to its value: 0 to 19, and the tens.
NUMERALS = {word: value for value, word in enumerate(_UP_TO_NINETEEN.split())} | {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
#: "First" and "second" are left out: they are seldom numbers.
ORDINALS = {
    word: value for value, word in enumerate("third fourth fifth sixth seventh eighth ninth tenth".split(), start=3)
}
SCALES = {
    "hundred": Decimal(100),
    "thousand": Decimal(1000),
    "million": Decimal(10**6),
    "billion": Decimal(10**9),
    "trillion": Decimal(10**12),
}
#: From a short form behind digits to the scale that it stands for.
SHORT_SCALES = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion", "tn": "trillion"}

NEGATIONS = frozenset("no not never none nobody nothing neither nor without cannot hardly".split())
#: Verbs and adjectives that negate what follows them.
NEGATIVE_VERBS = frozenset(
    """refuse refused refuses refusing deny denied denies denying fail failed fails failing reject rejected rejects
    rejecting unable unlikely halt halted ban banned""".split()
)

BE = tuple("is are was were".split())
HAVE = tuple("has have had".split())
FUTURE = tuple("will would".split())
POSSIBILITY = tuple("can could may might".split())
OBLIGATION = tuple("should must".split())
AUXILIARIES = frozenset([*BE, *HAVE, *FUTURE, *POSSIBILITY, *OBLIGATION, *"am do does did shall cannot".split()])


def numerals(first: int, last: int) -> tuple[str, ...]:
    """Return the numerals from ``first`` to ``last``, both included, of 0 to 20."""
    return tuple(word for word, value in NUMERALS.items() if first <= value <= last)
