"""The verdict on a sentence: which sentences of the article back it, how well, and what they do not back.

First the sources: up to three sentences of the article that together hold most of what the sentence says, names
and numbers counting double. Then the checks against these sources alone, each of which can refuse: quantities,
dates, names, quotations, negation, hedges, opposites, what was put for something else. Last the support, from what
the sources share with the sentence, what a verifier makes of it, and what the checks found.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from standfirst.domain.article import Article
from standfirst.grounding import support as supporting
from standfirst.grounding.case import Kind, Problem
from standfirst.grounding.checks import (
    conditions,
    drafts,
    hedges,
    names,
    negation,
    opposites,
    quotations,
    substitutions,
)
from standfirst.grounding.evidence import Evidence
from standfirst.language.en import dates, quantities, spelling
from standfirst.language.words import Lexer, Word
from standfirst_models.protocols.verifier import Finding, Pair

#: A sentence with less support than this is not backed.
_SUPPORTED = 0.8
_IN_PART = "the article backs this only in part"

_MAX_SOURCES = 3
#: A further source must hold this share of what the sentence says, beyond what the others hold.
_MIN_GAIN = 0.12
_PRONOUNS = frozenset("he she they it him her them his their its i we my our".split())


Reason = Literal[
    "number",
    "date",
    "name",
    "quotation",
    "negation",
    "hedge",
    "condition",
    "opposite",
    "substitution",
    "support",
    "sources",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the article says to a sentence.

    ``support`` is from 0 to 1; ``sources`` are indices into the article's sentences, in order; ``problems`` say
    in plain words what they do not back, and are empty where every check passed and the support is enough. ``reason``
    names the first check that did not pass.
    """

    support: float
    sources: tuple[int, ...]
    problems: tuple[str, ...]
    reason: Reason | None = None

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


class GroundingIndex:
    """An article made ready to be asked, sentence after sentence. Not safe to share between threads."""

    def __init__(self, article: Article) -> None:
        self._lexer = Lexer()
        texts = [spelling.mended(sentence.text) for sentence in article.sentences]
        self._sentences = tuple(self._prepare(text) for text in texts)
        self._evidence = Evidence([spelling.plainly(text) for text in texts], self._lexer)
        self._where: dict[str, list[int]] = defaultdict(list)
        for index, prepared in enumerate(self._sentences):
            for stem in prepared.stems:
                self._where[stem].append(index)
        # Reversed, so that of equal sentences the first is found.
        self._verbatim = {self._sentences[i].plain: i for i in reversed(range(len(self._sentences)))}
        self._ordinary = names.ordinary_stems() | frozenset(
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

    def pair(self, text: str) -> Pair | None:
        """What a verifier should read to judge ``text``; None where the article has it word for word.

        Both sides are spelled in one way: a verifier need not know that "Dec. 7" is "7 December".
        """
        text = spelling.mended(text)
        if quotations.plain(text) in self._verbatim:
            return None
        plainly = spelling.plainly(text)
        return Pair(self._evidence.gather(self._lexer.words(plainly)), plainly)

    def judge(self, text: str, finding: Finding | None) -> Verdict:
        """Hold one sentence against the article; ``finding`` is what a verifier makes of its ``pair``."""
        text = spelling.mended(text)
        claim = self._prepare(text)
        verbatim = self._verbatim.get(claim.plain)
        if verbatim is not None:
            return Verdict(1.0, (verbatim,), ())
        sources = self._sources(claim)
        if not sources or finding is None:
            return Verdict(0.0, (), ("nothing in the article is about this",), "sources")
        problems = self._problems(text, claim, sources)
        support = supporting.support(self._signs(claim, sources, finding), problem=bool(problems))
        if not problems and support < _SUPPORTED:
            problems = [("support", _not_backed(spelling.plainly(text), finding))]
        return Verdict(support, sources, tuple(said for _, said in problems), problems[0][0] if problems else None)

    def features(self, text: str, finding: Finding) -> supporting.Features:
        """What the support of ``text`` is made of, for fitting it."""
        text = spelling.mended(text)
        claim = self._prepare(text)
        return self._signs(claim, self._sources(claim), finding)

    def problems(self, text: str, kind: Kind, shortens: Sequence[str] = ()) -> tuple[Problem, ...]:
        """Return what the checks for ``kind`` alone find in ``text``.

        ``shortens`` are the sentences from which a draft or headline was made: one for a draft, at least one for a
        headline. Whether the article backs ``text`` is what ``judge`` says.
        """
        match kind:
            case Kind.DRAFT:
                found = drafts.hindrance(text, shortens[0])
            case Kind.HEADLINE:
                found = drafts.headline_hindrance(text, shortens)
            case _:
                return tuple(Problem("name", message) for message in self._missing(text))
        return (Problem(found, drafts.SAID[found]),) if found else ()

    def _missing(self, title: str) -> tuple[str, ...]:
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

    def _signs(self, claim: _Prepared, sources: tuple[int, ...], finding: Finding) -> supporting.Features:
        wordings = [self._sentences[index].wording for index in sources]
        return supporting.signs(claim.wording, wordings, finding.logit)

    def _problems(self, text: str, claim: _Prepared, sources: tuple[int, ...]) -> list[tuple[Reason, str]]:
        backing = [self._sentences[index] for index in sources]
        stated = [q for prepared in backing for q in prepared.quantities]
        days = [date for prepared in backing for date in prepared.dates]
        around = [self._sentences[index] for index in self._with_antecedents(sources)]
        known = names.KnownNames(prepared.words for prepared in around)
        strange: list[tuple[Reason, str]] = [
            *(("number", quantity.text) for quantity in quantities.unbacked(claim.quantities, stated)),
            *(("date", date.text) for date in dates.unbacked(claim.dates, days, self._years)),
            *(("name", n.text) for n in names.names(text, claim.undated, self._ordinary) if not known.has(n)),
        ]
        problems = [(kind, f"{kind} {what} is not in the sentences that back this") for kind, what in strange]
        said = " ".join(prepared.plain for prepared in backing)
        for quotation in quotations.quotations(text):
            if not quotations.is_said(quotation, said):
                problems.append(("quotation", f"“{quotation.strip(' ,.;')}” is not what the article says"))
        theirs = [prepared.words for prepared in backing]
        found: list[tuple[Reason, str | None]] = [
            ("negation", negation.turned(claim.words, theirs)),
            ("hedge", hedges.dropped(claim.words, theirs)),
            ("condition", conditions.dropped(claim.words, theirs)),
            ("opposite", opposites.contradicted(claim.words, theirs)),
            # Word by word, so "Dec. 7" and "7 December" must be spelled alike.
            ("substitution", substitutions.substituted(claim.wording, [prepared.wording for prepared in backing])),
        ]
        return [*problems, *((kind, said) for kind, said in found if said is not None)]

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


def _not_backed(text: str, finding: Finding) -> str:
    """The words that the verifier found weakest, if they are a part of the sentence."""
    start, end = finding.weakest
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    if finding.logit >= 0 or not start < end or end - start > len(text) / 2:
        return _IN_PART
    return f"the article does not back “{text[start:end]}”"
