"""What a check is given and what it reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from standfirst.language.en.analysis import Analysis

if TYPE_CHECKING:
    from standfirst.grounding.checks.alignment import Alignment


class Kind(Enum):
    """The kind of a sentence that is checked. Drafts and headlines are checked as claims as well."""

    CLAIM = "claim"
    """Anyone's sentence: the sentences that back it must say what it says."""
    DRAFT = "draft"
    """A sentence that shortens a sentence of the article and is shown instead of it."""
    HEADLINE = "headline"
    """A headline that was drafted from sentences of the article."""
    TITLE = "title"
    """The publisher's own title: its wording is free; its numbers, dates and names must be in the article."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a sentence may not be shown.

    ``code`` is that of the first check that found it, and ``message`` says it in plain words. ``span`` are the offsets
    of the words of the claim that it is about, if it is about a part of the claim. ``instead`` is what the article has
    in their place, if it has something there.
    """

    code: str
    message: str
    span: tuple[int, int] | None = None
    instead: str | None = None

    def overlaps(self, other: Problem) -> bool:
        """Whether both are about a common part of the claim."""
        if self.span is None or other.span is None:
            return False
        return self.span[0] < other.span[1] and other.span[0] < self.span[1]


@dataclass(frozen=True, slots=True)
class ArticleContext:
    """What is known of the article as a whole: its sentences, the stems of words that are no names, and its years."""

    sentences: tuple[Analysis, ...]
    ordinary_stems: frozenset[str]
    years: frozenset[int]


@dataclass(frozen=True, slots=True)
class Case:
    """A claim and all that a check may know of it."""

    kind: Kind
    claim: Analysis
    article: ArticleContext
    evidence: tuple[Analysis, ...] = ()
    """The sentences of the article that must back the claim: of a title, all of them; of a draft or headline, none."""
    antecedents: tuple[Analysis, ...] = ()
    """The sentences before the evidence that say who is meant by its pronouns."""
    shortened: Analysis | None = None
    """The sentence that a draft shortens, or that a headline was made from."""
    alignment: Alignment | None = None
    """The claim beside ``shortened``, or beside the evidence that it is worded like; None if it is worded like none."""

    @property
    def evidence_name(self) -> str:
        """What a message calls the evidence."""
        return "the article" if self.kind is Kind.TITLE else "the sentences that back this"


class Check(Protocol):
    """A rule that finds one sort of problem in the cases of its kinds."""

    code: str
    kinds: frozenset[Kind]

    def __call__(self, case: Case) -> Iterable[Problem]:
        """Return the problems of the case, in the order in which they are reported."""
        ...
