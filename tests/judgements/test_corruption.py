"""Corruption: each rule makes another sentence of a true one, and says where it is changed."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judgements.corruption import RULES

ARTICLE = (
    "President Joe Biden took part in a 50-minute telephone call with Russian President Vladimir Putin on Thursday.",
    "Biden has said that sending troops to Ukraine is “not on the table for the United States” in December.",
    "The company reported sales of $3.5 million in the year to June, a rise of 12%, and cut two of its 40 shops.",
    "Ann Lee, who has led the firm since 2019, said it may open a factory in Leeds before Peter Marsh arrives.",
    "However, the union is expected to reject the offer, which was made in March by the regional manager.",
    "Shopkeepers had asked for the work to be done at night, with one lane kept open for buses to the station.",
)


@pytest.mark.parametrize("kind", RULES)
def test_each_rule_applies_to_some_sentence_of_news(kind: str) -> None:
    assert any(RULES[kind](sentence, ARTICLE, Random(seed)) for sentence in ARTICLE for seed in range(5))


@pytest.mark.parametrize("kind", RULES)
@given(st.sampled_from(ARTICLE), st.integers(0, 1000))
def test_the_text_before_the_changed_characters_is_that_of_the_sentence(kind: str, sentence: str, seed: int) -> None:
    corrupted = RULES[kind](sentence, ARTICLE, Random(seed))
    if corrupted is None:
        return
    assert corrupted.text != sentence
    assert corrupted.changed
    assert all(0 <= start < end <= len(corrupted.text) for start, end in corrupted.changed)
    before = corrupted.text[: min(start for start, _ in corrupted.changed)]
    assert sentence.lower().startswith(before.lower())


@given(st.text(max_size=200), st.integers(0, 10))
def test_every_rule_takes_any_text(text: str, seed: int) -> None:
    for rule in RULES.values():
        corrupted = rule(text, (text, *ARTICLE), Random(seed))
        assert corrupted is None or corrupted.changed
