"""The verdict on a sentence: which sentences of the article back it, how well, and what they do not back.

First the sources: up to three sentences of the article that together hold most of what the sentence says, names
and numbers counting double. Then the checks against these sources alone, each of which can refuse: quantities,
dates, names, quotations, negation. Last the support: how many of the sentence's word triples the sources have,
and how many of its content words in the same order, weighed by a logistic model that was fitted on sentences
that people judged (``docs/grounding.md``).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from standfirst.article import Article
from standfirst.condensing.grounding import dates, hedges, names, negation, opposites, quantities, quotations, spelling
from standfirst.condensing.grounding.words import Lexer, Word

#: A sentence with less support than this is not backed.
_SUPPORTED = 0.85
_IN_PART = "the article backs this only in part"

_MAX_SOURCES = 3
#: A further source must hold this share of what the sentence says, beyond what the others hold.
_MIN_GAIN = 0.12
#: What a failed check leaves of the support.
_REFUSED = 0.25
_PRONOUNS = frozenset("he she they it him her them his their its i we my our".split())
_WEIGHTS = {"triples": 1.42, "order": 3.33}
_BIAS = -2.76


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the article says to a sentence.

    ``support`` is from 0 to 1; ``sources`` are indices into the article's sentences, in order; ``problems`` say
    in plain words what they do not back, and are empty where every check passed and the support is enough.
    """

    support: float
    sources: tuple[int, ...]
    problems: tuple[str, ...]

    @property
    def is_supported(self) -> bool:
        """Whether the sentence may be shown."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class _Prepared:
    words: tuple[Word, ...]
    stems: frozenset[str]
    quantities: tuple[quantities.Quantity, ...]
    dates: tuple[dates.Date, ...]
    plain: str
    undated: tuple[Word, ...]
    """The words that are not part of a date."""
    wording: tuple[Word, ...]
    """The words as ``spelling`` has them."""


class Grounds:
    """An article made ready to be asked, sentence after sentence. Not safe to share between threads."""

    def __init__(self, article: Article) -> None:
        self._lexer = Lexer()
        self._sentences = tuple(self._prepare(spelling.mended(sentence.text)) for sentence in article.sentences)
        self._where: dict[str, list[int]] = defaultdict(list)
        for index, prepared in enumerate(self._sentences):
            for stem in prepared.stems:
                self._where[stem].append(index)
        # Reversed, so that of equal sentences the first is found.
        self._verbatim = {self._sentences[i].plain: i for i in reversed(range(len(self._sentences)))}
        self._ordinary = frozenset(
            word.stem
            for prepared in self._sentences
            for word in prepared.words
            if word.is_content and not word.is_capitalised
        )
        self._years = tuple(
            int(q.value)
            for q in quantities.quantities(dates.take_dates(article.text)[1])
            if q.unit is None and 1500 <= q.value < 2200
        )

    def judge(self, text: str) -> Verdict:
        """Hold one sentence against the article."""
        text = spelling.mended(text)
        claim = self._prepare(text)
        verbatim = self._verbatim.get(claim.plain)
        if verbatim is not None:
            return Verdict(1.0, (verbatim,), ())
        sources = self._sources(claim)
        if not sources:
            return Verdict(0.0, (), ("nothing in the article is about this",))
        backing = [self._sentences[index] for index in sources]
        problems = tuple(self._problems(text, claim, sources, backing))
        support = _support(claim.wording, [prepared.wording for prepared in backing])
        if problems:
            support *= _REFUSED
        elif support < _SUPPORTED:
            problems = (_IN_PART,)
        return Verdict(support, sources, problems)

    def missing(self, title: str) -> tuple[str, ...]:
        """The numbers, dates and names of ``title`` that stand nowhere in the article, as problems.

        A title is the publisher's own: its wording, its 'scare quotes' and its negations are not held against it,
        and neither is its first word, which has a capital letter whatever it is.
        """
        title = spelling.mended(title)
        claim = self._prepare(title)
        stated = [quantity for prepared in self._sentences for quantity in prepared.quantities]
        days = [date for prepared in self._sentences for date in prepared.dates]
        known = names.KnownNames(prepared.words for prepared in self._sentences)
        parts = [word for name in names.names(title, claim.undated, self._ordinary) for word in name.words]
        strange = [word for word in parts if word.start > 0 and len(word.norm) > 1 and not known.has_word(word.norm)]
        return (
            *(
                f"number {quantity.text} is not in the article"
                for quantity in quantities.unbacked(claim.quantities, stated)
            ),
            *(f"date {date.text} is not in the article" for date in dates.unbacked(claim.dates, days, self._years)),
            *(f"name {word.text} is not in the article" for word in strange),
        )

    def _prepare(self, text: str) -> _Prepared:
        words = self._lexer.words(text)
        found, rest = dates.take_dates(text)
        return _Prepared(
            words,
            frozenset(word.stem for word in words if word.is_content or word.text[0].isdigit()),
            quantities.quantities(rest),
            found,
            quotations.plain(text),
            undated=tuple(word for word in words if rest[word.start : word.end].strip()),
            wording=self._lexer.words(spelling.plainly(text)),
        )

    def _sources(self, claim: _Prepared) -> tuple[int, ...]:
        """The sentences that together hold most of what ``claim`` says, the fewest that do."""
        total = len(self._sentences)
        weight = {
            word.stem: (2.0 if word.is_capitalised or word.text[0].isdigit() else 1.0)
            * math.log(1 + total / (len(self._where[word.stem]) or 1))
            for word in claim.words
            if word.stem in claim.stems and word.stem in self._where
        }
        if not weight:
            return ()
        pairs = _runs(claim.words, 2)
        scores: Counter[int] = Counter()
        for stem, value in weight.items():
            for index in self._where[stem]:
                scores[index] += value  # type: ignore[assignment]  # Counter counts in floats as well
        near = [index for index, _ in scores.most_common(50)]
        own_pairs = {index: pairs & _runs(self._sentences[index].words, 2) for index in near}
        chosen: list[int] = []
        held: set[str] = set()
        held_pairs: set[tuple[str, ...]] = set()
        everything = sum(weight.values()) + len(pairs)
        while len(chosen) < _MAX_SOURCES:
            gains = {
                index: sum(weight.get(stem, 0) for stem in self._sentences[index].stems & claim.stems - held)
                + len(own_pairs[index] - held_pairs)
                for index in near
                if index not in chosen
            }
            best = max(gains, key=lambda index: (gains[index], -index), default=None)
            if best is None or gains[best] < _MIN_GAIN * everything:
                break
            chosen.append(best)
            held |= self._sentences[best].stems
            held_pairs |= own_pairs[best]
        return tuple(sorted(chosen))

    def _problems(
        self, text: str, claim: _Prepared, sources: tuple[int, ...], backing: Sequence[_Prepared]
    ) -> list[str]:
        problems = []
        stated = [q for prepared in backing for q in prepared.quantities]
        for quantity in quantities.unbacked(claim.quantities, stated):
            problems.append(f"number {quantity.text} is not in the sentences that back this")
        days = [date for prepared in backing for date in prepared.dates]
        for date in dates.unbacked(claim.dates, days, self._years):
            problems.append(f"date {date.text} is not in the sentences that back this")
        around = [self._sentences[index] for index in self._with_antecedents(sources)]
        known = names.KnownNames(prepared.words for prepared in around)
        for name in names.names(text, claim.undated, self._ordinary):
            if not known.has(name):
                problems.append(f"name {name.text} is not in the sentences that back this")
        said = " ".join(prepared.plain for prepared in backing)
        for quotation in quotations.quotations(text):
            if not quotations.is_said(quotation, said):
                problems.append(f"“{quotation.strip(' ,.;')}” is not what the article says")
        theirs = [prepared.words for prepared in backing]
        for check in (negation.turned, hedges.dropped, opposites.contradicted):
            problem = check(claim.words, theirs)
            if problem is not None:
                problems.append(problem)
        return problems

    def _with_antecedents(self, sources: tuple[int, ...]) -> tuple[int, ...]:
        """The sources, and before one with a pronoun the two sentences that may say who is meant."""
        wanted = set(sources)
        for index in sources:
            if any(word.norm in _PRONOUNS for word in self._sentences[index].words):
                wanted.update(range(max(0, index - 2), index))
        return tuple(sorted(wanted))


def _runs(words: Sequence[Word], length: int) -> set[tuple[str, ...]]:
    stems = [word.stem for word in words]
    return {tuple(stems[i : i + length]) for i in range(len(stems) - length + 1)}


def _support(claim: Sequence[Word], sources: Sequence[Sequence[Word]]) -> float:
    """A logistic model of two shares, each from 0 to 1: word triples, and content words in the same order."""
    content = [word.stem for word in claim if word.is_content]
    own = _runs(claim, 3)
    if not content or not own:
        return 0.0
    theirs = set[tuple[str, ...]]().union(*(_runs(words, 3) for words in sources))
    flow = [word.stem for words in sources for word in words if word.is_content]
    shares = {"triples": len(own & theirs) / len(own), "order": _longest_common(content, flow) / len(content)}
    return 1 / (1 + math.exp(-(_BIAS + sum(_WEIGHTS[name] * share for name, share in shares.items()))))


def _longest_common(a: Sequence[str], b: Sequence[str]) -> int:
    """The length of the longest common subsequence, in time ``len(a) * len(b)``."""
    row = [0] * (len(b) + 1)
    for item in a:
        before = 0
        for j, other in enumerate(b, start=1):
            before, row[j] = row[j], before + 1 if item == other else max(row[j], row[j - 1])
    return row[-1]
