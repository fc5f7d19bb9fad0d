"""Selection: the choice keeps its limits, repeats nothing and prefers high scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from standfirst.condensing.ranker import rule_scores
from standfirst.condensing.selection import Selection, choose, fit_whole, select
from standfirst.condensing.source_sentence import source_sentences_of
from standfirst.domain.briefing import Options
from standfirst.errors import InvalidRequest
from standfirst.reading.text import read_text
from tests.api.scripted_service import STORY

CANDIDATES = source_sentences_of(read_text(STORY))
#: No sentence resembles another, so that the rule's scores fall with the position.
VECTORS = np.eye(len(CANDIDATES), dtype=np.float32)


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
def test_the_choice_keeps_to_count_budget_and_eligibility(
    article: tuple[NDArray[np.float32], list[int], list[bool]], count: int, budget: int, seed: int | None
) -> None:
    vectors, words, eligible = article
    scores = rule_scores(vectors) if seed is None else np.random.default_rng(seed).standard_normal(len(vectors))
    chosen = choose(scores, vectors, words, eligible, count, budget)
    assert len(chosen) == len(set(chosen)) <= count
    assert sum(words[index] for index in chosen) <= budget
    assert all(eligible[index] for index in chosen)
    assert not {1, 2} <= set(chosen) or len(vectors) <= 3, "of two equal sentences one is chosen"
    assert chosen == choose(scores, vectors, words, eligible, count, budget)


def test_of_unrelated_sentences_those_with_the_highest_scores_are_chosen() -> None:
    scores = np.array([0.1, -1.0, 2.0, 0.3])
    assert choose(scores, np.eye(4, dtype=np.float32), [10] * 4, [True] * 4, 2, 120) == [2, 3]


def test_chosen_sentences_are_in_the_articles_order_and_ranked_ones_by_score() -> None:
    late_first = np.roll(VECTORS, 1, axis=1)
    late_first[-1] = late_first.sum(axis=0) / np.linalg.norm(late_first.sum(axis=0))
    selection = select(CANDIDATES, late_first, None, Options(points=1))
    indices = [candidate.index for candidate in selection.chosen]
    assert indices == sorted(indices)
    assert len(selection.ranked) == len(CANDIDATES)
    assert {candidate.index for candidate in selection.ranked[:2]} == set(indices)
    assert not selection.is_whole_article


def test_context_dependent_sentences_are_not_chosen() -> None:
    candidates = source_sentences_of(read_text("The bridge is old. He said it would be closed. " + STORY))
    selection = select(candidates, np.eye(len(candidates), dtype=np.float32), None, Options())
    assert 1 not in [candidate.index for candidate in selection.chosen]


def test_a_limit_that_no_sentence_fits_is_an_error_that_names_the_shortest() -> None:
    shortest = min(candidate.words for candidate in CANDIDATES)
    with pytest.raises(InvalidRequest, match=f"max_words: 5.*has {shortest}"):
        select(CANDIDATES, VECTORS, None, Options(max_words=5))


def test_a_headline_is_written_for_the_first_two_chosen_sentences() -> None:
    assert Selection(CANDIDATES[2:5], CANDIDATES).lead == CANDIDATES[2:4]


@pytest.mark.parametrize(
    ("options", "fits"),
    [(Options(points=5, max_words=200), True), (Options(points=4), False), (Options(points=5, max_words=20), False)],
)
def test_an_article_fits_whole_if_neither_limit_is_exceeded(options: Options, fits: bool) -> None:
    assert fit_whole(CANDIDATES, options) is fits
