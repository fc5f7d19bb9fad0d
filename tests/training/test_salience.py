"""Training of the ranker, and the service's use of the trained network."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
import torch
from rouge_score.rouge_scorer import RougeScorer
from safetensors.torch import save_file

from standfirst.condensing.features import sentence_features
from standfirst.condensing.ranker import Ranker
from standfirst.reading.text import read_text
from tests.api.scripted_service import STORY
from tests.models.scripted import ScriptedEncoder
from training.salience import Example, Network, examples, log_likelihoods, train

_REFERENCE = "The bridge is closed for nine months. The council looks into a footbridge."


@pytest.fixture(scope="module")
def example() -> Example:
    (found,) = examples(iter([{"text": STORY, "reference": _REFERENCE}]), ScriptedEncoder(), 1.0)
    return found


def test_the_reward_of_one_sentence_is_its_rouge(example: Example) -> None:
    texts = [sentence.text for sentence in read_text(STORY).sentences]
    scorer = RougeScorer(["rouge1", "rouge2"], use_stemmer=True)
    for index, text in enumerate(texts):
        scores = scorer.score(_REFERENCE, text)
        rouge = [overlap.f_measure([index]) for overlap in example.overlaps]
        assert rouge == pytest.approx([scores["rouge1"].fmeasure, scores["rouge2"].fmeasure])


def test_the_oracle_selects_the_sentences_with_most_of_the_reference(example: Example) -> None:
    assert set(example.oracle()[:2]) == {0, 5}
    assert sum(example.words[index] for index in example.oracle()) <= 120


def test_a_selection_has_the_highest_scores_that_fit(example: Example) -> None:
    scores = np.arange(len(example.words), dtype=np.float64)
    assert example.select(scores) == sorted(np.flatnonzero(example.eligible)[-4:], reverse=True)


def test_the_likelihoods_of_all_orders_sum_to_one() -> None:
    orders = list(permutations(range(4)))
    assert log_likelihoods(torch.tensor([0.3, -1.0, 2.0, 0.0]), orders).exp().sum().item() == pytest.approx(1)


@pytest.mark.model
def test_the_trained_network_selects_the_salient_sentences(
    example: Example, capsys: pytest.CaptureFixture[str]
) -> None:
    network = train([example] * 64, passes=20)
    with torch.no_grad():
        scores = network(torch.from_numpy(example.features)).numpy()
    assert {0, 5} <= set(example.select(scores))
    assert "reward" in capsys.readouterr().out


def test_the_service_runs_the_network_that_was_trained(example: Example, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = Network(example.features).eval()
    save_file(network.arrays(), tmp_path / "ranker.safetensors")
    texts = [sentence.text for sentence in read_text(STORY).sentences]
    vectors = ScriptedEncoder().encode(texts, lambda: False)
    eligible = example.eligible.tolist()
    assert np.array_equal(sentence_features(texts, vectors, eligible), example.features)
    with torch.no_grad():
        ours = network(torch.from_numpy(example.features)).numpy()
    served = Ranker.load(tmp_path / "ranker.safetensors").scores(texts, vectors, eligible)
    assert np.allclose((ours - ours.mean()) / ours.std(), served, atol=1e-4)
