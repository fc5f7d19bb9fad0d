"""The briefing and its sentences."""

from __future__ import annotations

from dataclasses import replace

from standfirst.domain.article import Article, Sentence
from standfirst.domain.briefing import (
    Briefing,
    BriefingSentence,
    Coverage,
    ModelStamp,
    Passage,
    PlacedSentence,
    passages_of,
    placed_sentences,
)

ONE, TWO, THREE, FOUR = (BriefingSentence(text, "quoted", 1.0, ()) for text in ("One.", "Two.", "Three.", "Four."))
BRIEFING = Briefing("id", ONE, (TWO,), (THREE, FOUR), Coverage(4, 4), ModelStamp("w", "e", "1", "torch"), ())


def test_passages_are_the_sentences_at_the_indices() -> None:
    article = Article("It rained. It snowed.", (Sentence(0, 10, "It rained.", 0), Sentence(11, 21, "It snowed.", 0)))
    assert passages_of(article, [1]) == (Passage(11, 21, "It snowed."),)


def test_sentences_are_placed_from_top_to_bottom() -> None:
    assert list(placed_sentences(BRIEFING)) == [
        PlacedSentence("headline", 0, ONE),
        PlacedSentence("standfirst", 0, TWO),
        PlacedSentence("point", 0, THREE),
        PlacedSentence("point", 1, FOUR),
    ]


def test_a_briefing_without_a_headline_begins_with_its_standfirst() -> None:
    assert next(placed_sentences(replace(BRIEFING, headline=None))) == PlacedSentence("standfirst", 0, TWO)
