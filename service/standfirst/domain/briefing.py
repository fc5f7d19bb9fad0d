"""The briefing: a headline, a standfirst and key points, each with the passages of the article that back it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from standfirst.domain.article import Article

Origin = Literal["written", "shortened", "quoted"]
OnUnsupported = Literal["replace", "drop", "flag"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the article that backs a sentence: ``text`` is ``article.text[start:end]`` as it is read."""

    start: int
    end: int
    text: str


def passages_of(article: Article, indices: Iterable[int]) -> tuple[Passage, ...]:
    """Return the sentences of ``article`` at ``indices`` as passages."""
    sentences = (article.sentences[index] for index in indices)
    return tuple(Passage(s.start, s.end, s.text) for s in sentences)


@dataclass(frozen=True, slots=True)
class BriefingSentence:
    """A sentence of a briefing, and what backs it.

    ``origin`` is "written" if the writer drafted the sentence, "shortened" if it is a sentence of the article without
    parts that can go, and "quoted" if it is a sentence or the title of the article. ``support``, from 0 to 1, is how
    well ``sources`` back it. ``problems`` says in plain words what they do not back; it is empty unless the options ask
    for unsupported sentences to be flagged.
    """

    text: str
    origin: Origin
    support: float
    sources: tuple[Passage, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedDraft:
    """A draft of the writer that the briefing does not show as backed.

    ``reason`` is the code of the first check that failed, or "support" if the verifier refused the draft. ``problems``
    describes the failures in plain words.
    """

    text: str
    reason: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller asks for: up to ``points``, 0 to 10, and ``max_words`` in standfirst and points together.

    With ``fill`` there are so many points even if the last ones say little.
    """

    points: int = 3
    max_words: int = 120
    on_unsupported: OnUnsupported = "replace"
    fill: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """The number of sentences of the article that were read, and of those that back the briefing.

    ``truncated`` is true if the article breaks off, as a teaser does. ``complete`` is false if the deadline passed
    before every draft was judged, so that some sentences are quoted only for that reason.
    """

    sentences_read: int
    sentences_used: int
    truncated: bool = False
    complete: bool = True


@dataclass(frozen=True, slots=True)
class ModelStamp:
    """The models that made a briefing: their names, a hash of their weights, and the runtime of the writer."""

    writer: str
    encoder: str
    revision: str
    runtime: str


@dataclass(frozen=True, slots=True)
class Briefing:
    """A briefing with the drafts that were refused; ``headline`` is None if no backed one was found."""

    id: str
    headline: BriefingSentence | None
    standfirst: tuple[BriefingSentence, ...]
    points: tuple[BriefingSentence, ...]
    coverage: Coverage
    model: ModelStamp
    refused: tuple[RefusedDraft, ...]


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """A sentence of a briefing, the section that it belongs to, and its index there, from 0."""

    section: Literal["headline", "standfirst", "point"]
    index: int
    sentence: BriefingSentence


def placed_sentences(briefing: Briefing) -> Iterator[PlacedSentence]:
    """Yield the sentences of ``briefing`` from top to bottom."""
    if briefing.headline is not None:
        yield PlacedSentence("headline", 0, briefing.headline)
    for sentence in briefing.standfirst:
        yield PlacedSentence("standfirst", 0, sentence)
    for index, sentence in enumerate(briefing.points):
        yield PlacedSentence("point", index, sentence)


@dataclass(frozen=True, slots=True)
class Timing:
    """The milliseconds that each stage took; ``drafting`` includes waiting for the writer."""

    salience: int
    drafting: int
    grounding: int


@dataclass(frozen=True, slots=True)
class ServedBriefing:
    """A briefing as the service returns it.

    ``cached`` is true if the store had it. Reading the article took ``reading_ms`` and everything ``total_ms``.
    """

    article: Article
    briefing: Briefing
    cached: bool
    reading_ms: int
    stages: Timing
    total_ms: int
