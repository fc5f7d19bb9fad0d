"""The ranker: whatever the article, one score a sentence; and that a briefing is made with the one of its encoder."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from standfirst.condensing.briefer import Briefer
from standfirst.condensing.features import sentence_features
from standfirst.condensing.ranker import Ranker
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, ModelStamp, Options
from standfirst.reading.text import read_text
from standfirst.settings import Settings
from standfirst.wiring import open_engines
from standfirst_models.catalog import RANKER_WEIGHTS
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.scripted import ScriptedEncoder, ScriptedVerifier
from tests.api.scripted_service import STORY, scripted_engines
from tests.models import tiny

_RANKER = Ranker.load(RANKER_WEIGHTS)


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
def test_each_sentence_has_a_score_whatever_the_article(
    article: tuple[list[str], NDArray[np.float32], list[bool]],
) -> None:
    scores = _RANKER.scores(*article)
    assert scores.shape == (len(article[0]),)
    assert np.all(np.isfinite(scores))
    assert abs(scores.mean()) < 1e-6
    assert np.array_equal(scores, _RANKER.scores(*article))


def test_a_long_article_is_scored_to_its_end() -> None:
    texts = [f"The council of town {number} closed its bridge on Monday." for number in range(5000)]
    vectors = np.random.default_rng(0).standard_normal((5000, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert len(np.unique(_RANKER.scores(texts, vectors, [True] * 5000)[-100:])) > 1


def test_what_the_article_says_again_is_seen_as_repeated() -> None:
    again = ["The Harwick bridge is closed.", "Harwick has a bridge.", "Nobody swims in winter."]
    seen = sentence_features(again, np.eye(3, dtype=np.float32), [True] * 3)
    assert seen.shape[0] == 3
    without = sentence_features(["Nobody swims in winter.", *again[1:]], np.eye(3, dtype=np.float32), [True] * 3)
    assert not np.allclose(seen[1], without[1]), "what the first sentence shares with the second"


def test_the_weights_are_part_of_the_stamp() -> None:
    engines = scripted_engines()
    ranked = replace(engines, ranker=_RANKER)
    retrained = replace(engines, ranker=replace(_RANKER, revision="another"))
    assert len({engines.stamp, ranked.stamp, retrained.stamp}) == 3


def test_the_embedded_encoder_has_the_ranker_and_another_has_none(models_dir: Path, tmp_path: Path) -> None:
    settings = Settings(models_dir=models_dir, offline=True, runtime="torch")
    assert open_engines(settings, progress=False).ranker is not None
    other = settings.model_copy(update={"encoder": str(tiny.save_bert(tmp_path / "bert"))})
    assert open_engines(other, progress=False).ranker is None


@pytest.mark.parametrize(("language", "is_ranked"), [("en", True), (None, True), ("de", False)])
def test_an_article_in_another_language_is_ranked_by_rule(language: str | None, is_ranked: bool) -> None:
    article = replace(read_text(STORY), language=language)
    #: One that has learned that the last matters most.
    place = np.zeros_like(_RANKER.skip)
    place[2] = 1
    late = replace(_RANKER, skip=place, output=np.zeros_like(_RANKER.output))
    briefing = asyncio.run(_quoted(article, late))
    assert (briefing.standfirst[0].text == article.sentences[-1].text) is is_ranked


async def _quoted(article: Article, ranker: Ranker) -> Briefing:
    async def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        return ScriptedEncoder().encode(texts, lambda: False)

    async def write(prompts: Sequence[object], _: object) -> list[str]:
        return [""] * len(prompts)

    async def verify(pairs: Sequence[Pair]) -> list[Finding]:
        return ScriptedVerifier().verify(pairs, lambda: False)

    briefer = Briefer(encode, write, verify, ModelStamp("none", "scripted", "1", "none"), ranker)
    briefing, _ = await briefer.brief(article, Options(points=0, max_words=60))
    return briefing
