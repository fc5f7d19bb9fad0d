"""The article."""

from __future__ import annotations

from standfirst.domain.article import Article, Sentence


def test_words_are_counted_in_sentences_alone() -> None:
    text = "By Our Reporter. The bridge is closed."
    assert Article(text, (Sentence(17, 38, "The bridge is closed.", 1),)).words == 4
