"""Disagreements: figures that the articles of one story state differently.

Precision matters more than recall here. Two figures are compared if they count the same thing (the word after the
number, or its unit) in sentences that otherwise share most of their words. Figures of the dead and the injured are also
compared if both are in the articles' openings, which need share fewer words. Two figures agree if one may be the other
rounded or lies within the other's bound ("more than 10"), or if either article states the other's figure anywhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
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

#: Two sentences are alike if they share this share of the shorter one's stems, and at least so many of them.
_SHARED, _MIN_SHARED = 0.6, 3
#: The number of sentences in an opening, and the share of stems that figures of casualties there need.
_OPENING_SENTENCES, _OPENING_SHARED = 3, 0.3
#: Integers below this are exact; larger numbers may be rounded: 1,200 may be 1,187.
_EXACT_BELOW = 100
#: Two figures that are "about" something differ if one is more than this many times the other.
_ABOUT = Decimal("1.2")
#: Units of numbers that count nothing.
_NOT_COUNTING = frozenset(["ordinal", "decade-of", "century", "decade"])
#: Words after a number that are not what it counts: "14 of them", "3-2", "5 in hospital".
_NOT_COUNTED = STOP_WORDS | frozenset("am pm gmt bst old times time per cent".split())
#: The numbers of words before and after a figure that may say that it counts casualties.
_WORDS_BEFORE, _WORDS_AFTER = 3, 6

Bound = Literal["exact", "least", "most", "about"]
_BOUNDS: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("least", re.compile(r"(?:at least|more than|over|above|no fewer than|no less than)\W+$", re.I)),
    ("most", re.compile(r"(?:at most|up to|fewer than|less than|under|below|almost|nearly)\W+$", re.I)),
    ("about", re.compile(r"(?:about|around|some|roughly|approximately|an estimated|close to)\W+$", re.I)),
)
_CASUALTIES = {
    "dead": frozenset("dead died die dies killed kills killing deaths death toll".split()),
    "injured": frozenset("injured hurt wounded injuries injuring wounding".split()),
}
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: The end of the clause around a number.
_CLAUSE_END = re.compile(r"[,;:.()\"“”]|\b(?:and|but|while|as|when|after|including)\b|\d", re.I)


@dataclass(frozen=True, slots=True)
class _Count:
    """A number in a sentence, and what it counts.

    ``article`` and ``sentence`` are indices. ``hedge`` is the text of the bound ("at least "), ``counted`` the key of
    what is counted, ``text`` the number with it ("14 dead"), ``context`` the sentence's other stems.
    """

    article: int
    sentence: int
    quantity: Quantity
    bound: Bound
    hedge: str
    counted: str
    text: str
    context: frozenset[str]

    @property
    def position(self) -> tuple[int, int]:
        """What counts are ordered by: the position in the article, then the article."""
        return self.sentence, self.article


def disagreements(articles: Sequence[tuple[int, Article]]) -> tuple[Disagreement, ...]:
    """Return the figures that ``articles``, given with their indices, state differently.

    The disagreements are in the order of the sentences that state their first figures.
    """
    lexer = Lexer()
    counts_of: dict[str, list[_Count]] = defaultdict(list)
    stated: dict[int, list[Quantity]] = {}
    for index, article in articles:
        stated[index] = [q for s in article.sentences for q in quantities(take_dates(s.text)[1])]
        for position, sentence in enumerate(article.sentences):
            for count in _counts(index, position, sentence.text, lexer):
                counts_of[count.counted].append(count)
    article_of = dict(articles)
    found: list[tuple[tuple[int, int], Disagreement]] = []
    for counts in counts_of.values():
        for differing in _differing(counts, stated):
            figures = tuple(_figure(count, article_of[count.article]) for count in differing)
            found.append((min(count.position for count in differing), Disagreement(figures)))
    return tuple(one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].figures[0].text)))


def _counts(article: int, sentence: int, text: str, lexer: Lexer) -> list[_Count]:
    """Return the numbers in ``text`` for which it is clear what they count."""
    undated = take_dates(text)[1]
    stems = frozenset(word.stem for word in lexer.words(undated) if word.is_content)
    readings_of: dict[str, list[Quantity]] = defaultdict(list)
    for quantity in quantities(undated):
        readings_of[quantity.text].append(quantity)
    counts = []
    for number, readings in readings_of.items():
        starts = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(number)}(?!\w)", undated)]
        is_ambiguous = len(starts) != 1 or len(readings) != 1
        if is_ambiguous or readings[0].unit in _NOT_COUNTING:
            continue
        before, after = undated[: starts[0]], undated[starts[0] + len(number) :]
        counted = _counted(before, after, readings[0], lexer)
        if counted is not None:
            key, shown = counted
            bound, hedge = _bound(before)
            context = stems - {lexer.words(word)[0].stem for word in _WORD.findall(shown)}
            counts.append(_Count(article, sentence, readings[0], bound, hedge, key, shown, context))
    return counts


def _bound(before: str) -> tuple[Bound, str]:
    """Return the bound that the text before a number sets, and the words that set it."""
    for bound, pattern in _BOUNDS:
        if match := pattern.search(before):
            return bound, match[0]
    return "exact", ""


def _counted(before: str, after: str, quantity: Quantity, lexer: Lexer) -> tuple[str, str] | None:
    """Return what a number counts, as a key and as text with the number; None if it is not clear."""
    if before.rstrip().endswith(("-", "–", "/", "aged", "No", "number")) or re.match(r"\s?[-–/:]\s?\d", after):
        return None
    if quantity.unit is not None:
        return quantity.unit, quantity.text
    following = _WORD.findall(_CLAUSE_END.split(after, maxsplit=1)[0])[:_WORDS_AFTER]
    if following and following[0].casefold() in _NOT_COUNTED:
        return None
    preceding = _WORD.findall(_CLAUSE_END.split(before)[-1])[-_WORDS_BEFORE:]
    around = {word.casefold() for word in (*preceding, *following)}
    for kind, words in _CASUALTIES.items():
        if words & around:
            return kind, f"{quantity.text} {kind}"
    return (f"{lexer.words(following[0])[0].stem} of", f"{quantity.text} {following[0]}") if following else None


def _differing(counts: Sequence[_Count], stated: Mapping[int, Sequence[Quantity]]) -> list[list[_Count]]:
    """Return sets of counts that differ, at most one count per article in each."""
    partners: dict[int, list[int]] = defaultdict(list)
    for (i, a), (j, b) in combinations(enumerate(counts), 2):
        if a.article != b.article and _is_same_matter(a, b) and _differ(a, b, stated):
            partners[i].append(j)
            partners[j].append(i)
    differing: list[list[_Count]] = []
    taken = set[int]()
    for i in sorted(partners, key=lambda i: counts[i].position):
        if i in taken:
            continue
        index_of_article = {counts[i].article: i}
        for j in sorted(partners[i], key=lambda j: counts[j].position):
            if j not in taken:
                index_of_article.setdefault(counts[j].article, j)
        taken.update([i, *partners[i]])
        if len(index_of_article) > 1:
            differing.append([counts[j] for _, j in sorted(index_of_article.items())])
    return differing


def _is_same_matter(a: _Count, b: _Count) -> bool:
    """Return whether the sentences of ``a`` and ``b`` share enough stems to speak of the same thing."""
    shared, shorter = len(a.context & b.context), min(len(a.context), len(b.context))
    if a.counted in _CASUALTIES and max(a.sentence, b.sentence) < _OPENING_SENTENCES:
        return shared >= max(1, _OPENING_SHARED * shorter)
    return shared >= max(_MIN_SHARED, _SHARED * shorter)


def _differ(a: _Count, b: _Count, stated: Mapping[int, Sequence[Quantity]]) -> bool:
    """Return whether ``a`` and ``b`` cannot both be true, or are bounds of one kind ("at least 14") that differ."""
    x, y = a.quantity, b.quantity
    if any(x.same_as(other) for other in stated[b.article]) or any(y.same_as(other) for other in stated[a.article]):
        return False
    low, high = (a, b) if x.value < y.value else (b, a)
    is_far = high.quantity.value > _ABOUT * low.quantity.value
    if a.bound == b.bound:
        return not _may_be_rounded(x.value, y.value) and (a.bound != "about" or is_far)
    are_apart = is_far if "about" in (a.bound, b.bound) else not _may_be_rounded(x.value, y.value)
    return low.bound != "least" and high.bound != "most" and are_apart


def _may_be_rounded(x: Decimal, y: Decimal) -> bool:
    """Return whether one of the numbers may be the other rounded to fewer digits."""
    if x == y:
        return True
    if max(x, y) < _EXACT_BELOW and x == x.to_integral() and y == y.to_integral():
        return False
    coarse, fine = sorted((x.normalize(), y.normalize()), key=lambda value: len(value.as_tuple().digits))
    step = Decimal(1).scaleb(coarse.adjusted() - len(coarse.as_tuple().digits) + 1)
    return abs(fine - coarse) <= step / 2 or fine.quantize(step, ROUND_HALF_EVEN) == coarse


def _figure(count: _Count, article: Article) -> Figure:
    sentence = article.sentences[count.sentence]
    return Figure(count.article, count.hedge + count.text, Passage(sentence.start, sentence.end, sentence.text))
