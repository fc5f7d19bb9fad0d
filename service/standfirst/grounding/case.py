"""What a check is given and what it reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from standfirst.language.en.analysis import Analysis
from standfirst.language.en.names import KnownNames

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from standfirst.grounding.checks.alignment import Alignment


class Kind(Enum):
    """The kind of a sentence that is checked. Drafts and headlines are checked as claims as well."""

    CLAIM = "claim"
    """Anyone's sentence: the article must say what it says."""
    DRAFT = "draft"
    """A sentence that shortens a sentence of the article and is shown instead of it."""
    HEADLINE = "headline"
    """A headline that was drafted from sentences of the article."""
    TITLE = "title"
    """The publisher's own title: its wording is free; its numbers, dates and names must be in the article."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of the article: those of ``sentence`` between the offsets ``span``."""

    sentence: Analysis
    span: tuple[int, int]

    @property
    def text(self) -> str:
        """The words as the article has them."""
        return self.sentence.text[slice(*self.span)]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a sentence may not be shown.

    ``code`` is that of the first check that found it, and ``message`` says it in plain words. ``span`` are the offsets
    of the words of the claim that it is about, if it is about a part of the claim. ``instead`` is what the article has
    in their place, if it has something there. Where ``is_doubt``, the claim may be true all the same.
    """

    code: str
    message: str
    span: tuple[int, int] | None = None
    instead: Quoted | None = None
    is_doubt: bool = False

    def overlaps(self, other: Problem) -> bool:
        """Whether both are about a common part of the claim."""
        if self.span is None or other.span is None:
            return False
        return self.span[0] < other.span[1] and other.span[0] < self.span[1]


@dataclass(frozen=True, slots=True)
class ArticleContext:
    """What is known of the article as a whole.

    It is its sentences, its names, the stems of words that are no names, the years that stand in it, and its text as
    quotations are compared.
    """

    sentences: tuple[Analysis, ...]
    names: KnownNames
    ordinary_stems: frozenset[str]
    years: frozenset[int]
    folded: str


@dataclass(frozen=True, slots=True)
class Case:
    """A claim and all that a check may know of it."""

    kind: Kind
    claim: Analysis
    article: ArticleContext
    doc: Doc | None = None
    """The parse of a claim, a draft or a headline, if there is a parser."""
    shortened: Analysis | None = None
    """The sentence that a draft shortens, that a headline was made from, or that a claim is worded like."""
    alignment: Alignment | None = None
    """The claim beside ``shortened``, if there is a parser."""


class Check(Protocol):
    """A rule that finds one sort of problem in the cases of its kinds."""

    code: str
    kinds: frozenset[Kind]

    def __call__(self, case: Case) -> Iterable[Problem]:
        """Return the problems of the case, in the order in which they are reported."""
        ...
