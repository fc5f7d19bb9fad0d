"""Salience: whatever the vectors, the choice is within its bounds and repeats nothing."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from standfirst.condensing.ranker import rule_scores
from standfirst.condensing.selection import choose


@st.composite
def articles(draw: st.DrawFn) -> tuple[NDArray[np.float32], list[int], list[bool]]:
    count = draw(st.integers(0, 30))
    vectors = np.random.default_rng(draw(st.integers(0, 999))).standard_normal((count, 8)).astype(np.float32)
    if count > 3:
        vectors[2] = vectors[1]
    vectors = (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    words = draw(st.lists(st.integers(1, 60), min_size=count, max_size=count))
    eligible = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    return vectors, words, eligible


@given(articles(), st.integers(0, 11), st.integers(0, 200), st.integers(0, 999) | st.none())
def test_the_choice_is_within_count_budget_and_what_is_eligible(
    article: tuple[NDArray[np.float32], list[int], list[bool]], count: int, budget: int, seed: int | None
) -> None:
    vectors, words, eligible = article
    scores = rule_scores(vectors) if seed is None else np.random.default_rng(seed).standard_normal(len(vectors))
    chosen = choose(scores, vectors, words, eligible, count, budget)
    assert len(chosen) == len(set(chosen)) <= count
    assert sum(words[index] for index in chosen) <= budget
    assert all(eligible[index] for index in chosen)
    assert not {1, 2} <= set(chosen) or len(vectors) <= 3, "the same sentence twice is chosen once"
    assert chosen == choose(scores, vectors, words, eligible, count, budget)


def test_of_sentences_that_have_nothing_in_common_those_of_the_highest_scores_are_chosen() -> None:
    scores = np.array([0.1, -1.0, 2.0, 0.3])
    assert choose(scores, np.eye(4, dtype=np.float32), [10] * 4, [True] * 4, 2, 120) == [2, 3]


@given(articles())
def test_salience_has_one_score_a_sentence_about_nought_to_one(
    article: tuple[NDArray[np.float32], list[int], list[bool]],
) -> None:
    scores = rule_scores(article[0])
    assert scores.shape == (len(article[0]),)
    assert np.all((scores >= -1e-6) & (scores <= 1 + 1e-6))


def test_of_equal_sentences_the_first_matters_most() -> None:
    assert int(np.argmax(rule_scores(np.full((5, 4), 0.5, dtype=np.float32)))) == 0
