"""The salience of words: repeated words and words of the lead weigh more than those of an aside."""

from __future__ import annotations

import numpy as np

from standfirst.condensing.word_salience import WEIGHTS, stem_features, word_salience
from standfirst.language.words import Lexer

LEXER = Lexer()
SENTENCES = [
    LEXER.words(text)
    for text in (
        "The harbour of Felden is closed.",
        "Divers look for an anchor in the harbour.",
        "Fish is dear.",
        "A goat ate the rope of a bell.",
    )
]
SCORES = np.array([1.5, 0.5, -0.5, -1.5])


def test_a_word_that_the_article_repeats_weighs_more_than_one_of_an_aside() -> None:
    salience = word_salience(SENTENCES, SCORES)
    assert all(0 < value < 1 for value in salience.values())
    assert salience["harbour"] > salience["felden"] > salience["bell"]


def test_a_word_of_the_title_weighs_more() -> None:
    titled = word_salience(SENTENCES, SCORES, frozenset({"goat"}))
    untitled = word_salience(SENTENCES, SCORES)
    assert titled["goat"] > untitled["goat"]
    assert titled["bell"] == untitled["bell"]


def test_each_content_word_has_its_features_and_function_words_have_none() -> None:
    stems, features = stem_features(SENTENCES, SCORES)
    assert features.shape == (len(stems), len(WEIGHTS))
    assert {"harbour", "goat"} <= set(stems)
    assert not {"the", "of", "is"} & set(stems)


def test_an_article_without_words_has_no_salience() -> None:
    assert word_salience([], np.zeros(0)) == {}
