"""A briefing: a headline, a standfirst and key points, each pointing at the sentences that back it.

Knows nothing of how a briefing comes about (``condensing``), how it is kept (``store``) or sent (``api``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from standfirst.domain.article import Article

Origin = Literal["written", "quoted"]
OnUnsupported = Literal["replace", "drop", "flag"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the article: ``article.text[start:end] == text``."""

    start: int
    end: int
    text: str


def passages_of(article: Article, indices: Iterable[int]) -> tuple[Passage, ...]:
    """The sentences of ``article`` at ``indices`` as sources."""
    sentences = (article.sentences[index] for index in indices)
    return tuple(Passage(s.start, s.end, s.text) for s in sentences)


@dataclass(frozen=True, slots=True)
class BriefingSentence:
    """A sentence of a briefing.

    ``origin`` says whether the writer wrote it, or whether it is quoted from the article (its own title is
    too). ``support`` (0 to 1) says how well ``sources`` back it. ``problems`` says in plain
    words what they do not back; it is empty unless the caller asked to see unsupported sentences flagged.
    """

    text: str
    origin: Origin
    support: float
    sources: tuple[Passage, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedDraft:
    """A sentence that the writer drafted and that is not shown.

    ``reason`` names the first check that it failed, or, where it is backed but cannot stand alone, what hinders it
    (``condensing/hindrance.py``); ``problems`` say in plain words what was wrong.
    """

    text: str
    reason: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller asked for: ``points`` 0 to 10, ``max_words`` of standfirst and points together."""

    points: int = 3
    max_words: int = 120
    on_unsupported: OnUnsupported = "replace"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the article's sentences were read, and how many back the briefing.

    ``truncated`` is true where a part of the article was not considered at all; ``complete`` is false where time ran
    out, and sentences are quoted that the writer might have said shorter.
    """

    sentences_read: int
    sentences_used: int
    truncated: bool = False
    complete: bool = True


@dataclass(frozen=True, slots=True)
class ModelStamp:
    """Which models made a briefing: names, the hash of their weights, and what ran them."""

    writer: str
    encoder: str
    revision: str
    runtime: str


@dataclass(frozen=True, slots=True)
class Briefing:
    """A briefing as the briefer returns it; ``headline`` is None where no supported one could be found.

    ``refused`` has what the writer drafted and is not shown.
    """

    id: str
    headline: BriefingSentence | None
    standfirst: tuple[BriefingSentence, ...]
    points: tuple[BriefingSentence, ...]
    coverage: Coverage
    model: ModelStamp
    refused: tuple[RefusedDraft, ...]
