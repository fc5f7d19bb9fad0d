"""Disagreement: figures that the articles of one story give differently.

Better none than a wrong one. Two figures are held against each other where they count the same (the word after the
number, or its unit) in sentences that otherwise say much the same; those of the dead and the injured also where both
stand in how the articles open, less alike as these may be. They agree where one may be the other rounded, or lies
within what the other says ("more than 10"), and where either article has the other's figure too, wherever it stands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import combinations
from typing import Literal

from standfirst.domain.article import Article
from standfirst.domain.briefing import Passage
from standfirst.domain.digest import Disagreement, Figure
from standfirst.language.en.dates import take_dates
from standfirst.language.en.quantities import Quantity, quantities
from standfirst.language.words import STOP_WORDS, Lexer

#: Of the shorter sentence's words, the share that the other has, and how many these are at least.
_ALIKE, _FEWEST = 0.6, 3
#: Sentences that an article opens with, and the share for the dead and the injured there.
_OPENING, _OPENING_ALIKE = 3, 0.3
#: Below this a number is meant as it stands; beyond, 1,200 may be 1,187.
_EXACT = 100
#: Units of numbers that count nothing.
_NEVER = frozenset(["ordinal", "decade-of", "century", "decade"])
#: Not what is counted: "14 of them", "3-2", "5 in hospital".
_NOT_COUNTED = STOP_WORDS | frozenset("am pm gmt bst old times time per cent".split())

#: Words before a number, and after it, that may say that it counts the dead.
_NEAR_BEFORE, _NEAR_AFTER = 3, 6

Bound = Literal["exact", "least", "most", "about"]
_BOUNDS: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("least", re.compile(r"(?:at least|more than|over|above|no fewer than|no less than)\W+$", re.I)),
    ("most", re.compile(r"(?:at most|up to|fewer than|less than|under|below|almost|nearly)\W+$", re.I)),
    ("about", re.compile(r"(?:about|around|some|roughly|approximately|an estimated|close to)\W+$", re.I)),
)
_EXACTLY: tuple[Bound, str] = "exact", ""
_CASUALTIES = {
    "dead": frozenset("dead died die dies killed kills killing deaths death toll".split()),
    "injured": frozenset("injured hurt wounded injuries injuring wounding".split()),
}
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: Where what is said of a number ends.
_CLAUSE = re.compile(r"[,;:.()\"“”]|\b(?:and|but|while|as|when|after|including)\b|\d", re.I)


@dataclass(frozen=True, slots=True)
class _Counted:
    article: int
    sentence: int
    quantity: Quantity
    bound: Bound
    hedge: str
    what: str
    shown: str
    about: frozenset[str]


def disagreements(articles: Sequence[tuple[int, Article]]) -> tuple[Disagreement, ...]:
    """Where ``articles``, each with its number, give different figures; in the order of the first one's sentences."""
    lexer = Lexer()
    counted: dict[str, list[_Counted]] = defaultdict(list)
    stated: dict[int, list[Quantity]] = {}
    texts = dict(articles)
    for number, article in articles:
        stated[number] = [q for s in article.sentences for q in quantities(take_dates(s.text)[1])]
        for index, sentence in enumerate(article.sentences):
            for one in _counted(number, index, sentence.text, lexer):
                counted[one.what].append(one)
    found: list[tuple[tuple[int, int], Disagreement]] = []
    for same in counted.values():
        for figures in _differing(same, stated):
            shown = tuple(_figure(one, texts[one.article]) for one in figures)
            first = min((one.sentence, one.article) for one in figures)
            found.append((first, Disagreement(shown)))
    return tuple(one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].figures[0].text)))


def _counted(article: int, index: int, text: str, lexer: Lexer) -> list[_Counted]:
    """The numbers of a sentence of which it can be told what they count."""
    undated = take_dates(text)[1]
    stems = frozenset(word.stem for word in lexer.words(undated) if word.is_content)
    found = []
    readings: dict[str, list[Quantity]] = defaultdict(list)
    for quantity in quantities(undated):
        readings[quantity.text].append(quantity)
    for written, ways in readings.items():
        starts = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(written)}(?!\w)", undated)]
        # A number that stands there twice, or may mean two things, is left alone.
        if len(starts) != 1 or len(ways) != 1 or ways[0].unit in _NEVER:
            continue
        before, after = undated[: starts[0]], undated[starts[0] + len(written) :]
        counted = _what(before, after, ways[0], lexer)
        if counted is not None:
            what, shown = counted
            bound, hedge = next(
                ((name, match[0]) for name, pattern in _BOUNDS if (match := pattern.search(before))), _EXACTLY
            )
            about = stems - {lexer.words(word)[0].stem for word in _WORD.findall(shown)}
            found.append(_Counted(article, index, ways[0], bound, hedge, what, shown, about))
    return found


def _what(before: str, after: str, quantity: Quantity, lexer: Lexer) -> tuple[str, str] | None:
    """What a number counts, as a key and as it is shown beside the number; None where that cannot be told."""
    if before.rstrip().endswith(("-", "–", "/", "aged", "No", "number")) or re.match(r"\s?[-–/:]\s?\d", after):
        return None
    words = _WORD.findall(_CLAUSE.split(after, maxsplit=1)[0])[:_NEAR_AFTER]
    if quantity.unit is not None:
        return quantity.unit, quantity.text
    if words and words[0].casefold() in _NOT_COUNTED:
        return None
    led = _WORD.findall(_CLAUSE.split(before)[-1])[-_NEAR_BEFORE:]
    around = {word.casefold() for word in (*led, *words)}
    for kind, said in _CASUALTIES.items():
        if said & around:
            return kind, f"{quantity.text} {kind}"
    return (f"{lexer.words(words[0])[0].stem} of", f"{quantity.text} {words[0]}") if words else None


def _differing(same: Sequence[_Counted], stated: dict[int, list[Quantity]]) -> list[list[_Counted]]:
    """Sets of figures that differ, at most one of each article."""
    partners: dict[int, list[int]] = defaultdict(list)
    for (i, a), (j, b) in combinations(enumerate(same), 2):
        if a.article != b.article and _is_same_matter(a, b) and _differ(a, b, stated):
            partners[i].append(j)
            partners[j].append(i)
    found, taken = [], set[int]()
    for i in sorted(partners, key=lambda i: (same[i].sentence, same[i].article)):
        if i in taken:
            continue
        one_each: dict[int, int] = {same[i].article: i}
        for j in sorted(partners[i], key=lambda j: (same[j].sentence, same[j].article)):
            if j not in taken:
                one_each.setdefault(same[j].article, j)
        taken.update([i, *partners[i]])
        if len(one_each) > 1:
            found.append([same[j] for _, j in sorted(one_each.items())])
    return found


def _is_same_matter(a: _Counted, b: _Counted) -> bool:
    shared, fewer = len(a.about & b.about), min(len(a.about), len(b.about))
    if a.what in _CASUALTIES and max(a.sentence, b.sentence) < _OPENING:
        return shared >= max(1, _OPENING_ALIKE * fewer)
    return shared >= max(_FEWEST, _ALIKE * fewer)


def _differ(a: _Counted, b: _Counted, stated: dict[int, list[Quantity]]) -> bool:
    """Whether not both can be true, as far as that can be told, or both are bounds ("at least 14") and differ."""
    x, y = a.quantity, b.quantity
    if any(x.same_as(other) for other in stated[b.article]) or any(y.same_as(other) for other in stated[a.article]):
        return False
    low, high = (a, b) if x.value < y.value else (b, a)
    if a.bound == b.bound:
        return not _rounds(x.value, y.value) and (
            a.bound != "about" or 5 * high.quantity.value > 6 * low.quantity.value
        )
    if "about" in (a.bound, b.bound):
        return 5 * high.quantity.value > 6 * low.quantity.value and low.bound != "least" and high.bound != "most"
    return low.bound != "least" and high.bound != "most" and not _rounds(x.value, y.value)


def _rounds(x: Decimal, y: Decimal) -> bool:
    """Whether one of two numbers may be the other with fewer digits."""
    if x == y:
        return True
    if max(x, y) < _EXACT and x == x.to_integral() and y == y.to_integral():
        return False
    coarse, fine = sorted((x.normalize(), y.normalize()), key=lambda value: len(value.as_tuple().digits))
    step = Decimal(1).scaleb(coarse.adjusted() - len(coarse.as_tuple().digits) + 1)
    return abs(fine - coarse) <= step / 2 or fine.quantize(step, ROUND_HALF_EVEN) == coarse


def _figure(one: _Counted, article: Article) -> Figure:
    sentence = article.sentences[one.sentence]
    return Figure(one.article, one.hedge + one.shown, Passage(sentence.start, sentence.end, sentence.text))
