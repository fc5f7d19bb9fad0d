"""Shortened sentences: what is left out of true and of misleading ones."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judgements.shortening import MISLEADING, shortened

ARTICLE = (
    "Ann Lee, who has led the firm since 2019, said it may open a factory in Leeds before Peter Marsh arrives.",
    "However, the union is expected to reject the offer, which was made in March by the regional manager.",
    "The bridge is unsafe at any time of the day, according to a survey.",
    "Police said that the mayor's younger brother was arrested at the port.",
)


@given(st.sampled_from(ARTICLE), st.integers(0, 100))
def test_a_shortened_sentence_only_leaves_words_out(sentence: str, seed: int) -> None:
    short = shortened(sentence, Random(seed))
    if short is not None:
        left = iter(re.findall(r"\w+", sentence.lower()))
        assert all(word in left for word in re.findall(r"\w+", short.lower()))
        assert len(short) < len(sentence)


@pytest.mark.parametrize(
    ("rule", "sentence", "short"),
    [
        ("speaker", "The bridge is unsafe, according to a survey.", "The bridge is unsafe."),
        ("speaker", "Police said that the bridge is unsafe.", "The bridge is unsafe."),
        ("possession", "The mayor's younger brother was arrested.", "The mayor was arrested."),
        ("small word", "Lee won a seat.", "Lee won seat."),
        ("name", "Jo Lee has closed the bridge.", "He has closed the bridge."),
        ("speaker", "The bridge is unsafe.", None),
        ("possession", "The bridge is unsafe.", None),
        ("small word", "Ferries sank.", None),
        ("name", "They were arrested.", None),
    ],
)
def test_a_misleading_rule_leaves_out_what_it_is_named_for(rule: str, sentence: str, short: str | None) -> None:
    assert MISLEADING[rule](sentence, Random(0)) == short


@given(st.text(max_size=200), st.integers(0, 10))
def test_any_text_can_be_shortened(text: str, seed: int) -> None:
    for rule in MISLEADING.values():
        assert rule(text, Random(seed)) != text
