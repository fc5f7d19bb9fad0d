"""The scores of sentences, by the ranker and by the rule, for any article."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from standfirst.condensing.ranker import Ranker, rule_scores
from standfirst_models.catalog import RANKER_WEIGHTS

RANKER = Ranker.load(RANKER_WEIGHTS)


@st.composite
def articles(draw: st.DrawFn) -> tuple[list[str], NDArray[np.float32], list[bool]]:
    texts = draw(st.lists(st.text(st.characters(codec="utf-8"), max_size=80), min_size=1, max_size=30))
    count = len(texts)
    vectors = np.random.default_rng(draw(st.integers(0, 999))).standard_normal((count, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    if draw(st.booleans()):
        vectors[:] = vectors[0]
    return texts, vectors, draw(st.lists(st.booleans(), min_size=count, max_size=count))


@given(articles())
def test_every_sentence_has_a_standardized_score(
    article: tuple[list[str], NDArray[np.float32], list[bool]],
) -> None:
    scores = RANKER.scores(*article)
    assert scores.shape == (len(article[0]),)
    assert np.all(np.isfinite(scores))
    assert abs(scores.mean()) < 1e-6
    assert np.array_equal(scores, RANKER.scores(*article))


def test_sentences_at_the_end_of_a_long_article_have_different_scores() -> None:
    texts = [f"The council of town {number} closed its bridge on Monday." for number in range(5000)]
    vectors = np.random.default_rng(0).standard_normal((5000, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert len(np.unique(RANKER.scores(texts, vectors, [True] * 5000)[-100:])) > 1


@given(articles())
def test_the_rule_gives_every_sentence_a_score_of_about_0_to_1(
    article: tuple[list[str], NDArray[np.float32], list[bool]],
) -> None:
    scores = rule_scores(article[1])
    assert scores.shape == (len(article[0]),)
    assert np.all((scores >= -1e-6) & (scores <= 1 + 1e-6))


def test_the_rule_gives_no_scores_for_no_sentences() -> None:
    assert rule_scores(np.zeros((0, 4), dtype=np.float32)).shape == (0,)


def test_the_rule_prefers_the_first_of_equal_sentences() -> None:
    assert int(np.argmax(rule_scores(np.full((5, 4), 0.5, dtype=np.float32)))) == 0
