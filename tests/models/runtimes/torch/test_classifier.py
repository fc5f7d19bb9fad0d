"""Sequence classifiers as verifiers: which label counts, how a pair is laid out, and windows of long evidence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from standfirst_models.catalog import PairFormat
from standfirst_models.errors import ModelDamaged, UnsuitableModel
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.runtimes.torch.classifier import ClassifierVerifier, entailed_label
from standfirst_models.runtimes.torch.loading import load_classifier
from tests.models import tiny

pytestmark = pytest.mark.model

EVIDENCE = "The council voted on Tuesday to close the bridge."
CLAIM = "The council will close the bridge."
PAIR = Pair(EVIDENCE, CLAIM)
BINARY = {0: "LABEL_0", 1: "LABEL_1"}
BUILDERS: dict[str, Callable[..., Path]] = {
    "bert": tiny.save_bert_classifier,
    "deberta": tiny.save_deberta_classifier,
    "roberta": tiny.save_roberta_classifier,
}


def load(folder: Path, pair_format: PairFormat = "pair") -> ClassifierVerifier:
    return load_classifier(folder, pair_format, device="cpu", dtype=torch.float32)


def verify(verifier: ClassifierVerifier, *pairs: Pair) -> list[Finding]:
    return verifier.verify(pairs, lambda: False)


def odds(folder: Path, *texts: str) -> float:
    """The log odds that transformers gives label 1 of the model for a text or a pair of texts."""
    inputs = AutoTokenizer.from_pretrained(folder)(*texts, return_tensors="pt")
    model: Any = AutoModelForSequenceClassification.from_pretrained(folder)
    with torch.inference_mode():
        probability = model(**inputs).logits.softmax(1)[0, 1]
    return float(probability.log() - (1 - probability).log())


@pytest.mark.parametrize("architecture", BUILDERS)
def test_the_logit_is_the_log_odds_of_the_label_entailment(architecture: str, tmp_path: Path) -> None:
    folder = BUILDERS[architecture](tmp_path)
    (finding,) = verify(load(folder), PAIR)
    assert finding.logit == pytest.approx(odds(folder, EVIDENCE, CLAIM), abs=1e-3)


def test_minicheck_reads_one_text_with_one_mark_between_its_sides(tmp_path: Path) -> None:
    folder = tiny.save_roberta_classifier(tmp_path, BINARY)
    (finding,) = verify(load(folder, "minicheck"), PAIR)
    assert finding.logit == pytest.approx(odds(folder, f"{EVIDENCE}</s>{CLAIM}"), abs=1e-3)
    assert finding.logit != pytest.approx(odds(folder, EVIDENCE, CLAIM), abs=1e-3)


def test_factcg_reads_a_question_with_the_claim_in_it(tmp_path: Path) -> None:
    folder = tiny.save_deberta_classifier(tmp_path, BINARY)
    question = (
        f'{EVIDENCE}\n\nChoose your answer: based on the paragraph above can we conclude that "{CLAIM}"?'
        "\n\nOPTIONS:\n- Yes\n- No\nI think the answer is "
    )
    (finding,) = verify(load(folder, "factcg"), PAIR)
    assert finding.logit == pytest.approx(odds(folder, question), abs=1e-3)


@pytest.mark.parametrize("pair_format", ["pair", "minicheck", "factcg"])
def test_of_long_evidence_the_window_counts_that_backs_the_claim_best(pair_format: PairFormat, tmp_path: Path) -> None:
    verifier = load(tiny.save_roberta_classifier(tmp_path, BINARY, positions=260), pair_format)
    assert verifier.tokens == 259
    sentences = [f"Buses {number} to {number} will be sent over the ring road." for number in range(80)]
    (whole,) = verify(verifier, Pair(" ".join(sentences), CLAIM))
    windows = verifier._windows(Pair(" ".join(sentences), CLAIM))
    assert len(windows) > 3
    assert all(any(sentence in window.evidence for window in windows) for sentence in sentences)
    assert all(verifier._length(window) <= verifier.tokens for window in windows)
    assert whole.logit == pytest.approx(max(finding.logit for finding in verify(verifier, *windows)), abs=1e-3)


def test_a_text_cannot_end_its_side_with_a_mark(tmp_path: Path) -> None:
    verifier = load(tiny.save_roberta_classifier(tmp_path))
    marked, plain = verify(verifier, Pair(f"{EVIDENCE}</s><s>", CLAIM), Pair(f"{EVIDENCE}  ", CLAIM))
    assert marked.logit == pytest.approx(plain.logit, abs=1e-4)


@pytest.mark.parametrize(
    ("names", "entailed"),
    [
        (["contradiction", "entailment", "neutral"], 1),
        (["ENTAILMENT", "NEUTRAL", "CONTRADICTION"], 0),
        (["entailment", "not_entailment"], 0),
        (["SUPPORTS", "REFUTES", "NOT ENOUGH INFO"], 0),
        (["unsupported", "supported"], 1),
        (["inconsistent", "consistent"], 1),
        (["LABEL_0", "LABEL_1"], 1),
    ],
)
def test_the_entailed_label_is_found_by_its_name(names: list[str], entailed: int) -> None:
    assert entailed_label(dict(enumerate(names))) == entailed


@pytest.mark.parametrize("names", [["LABEL_0"], ["LABEL_0", "LABEL_1", "LABEL_2"], ["negative", "positive"]])
def test_labels_that_do_not_say_which_means_entailed_are_refused(names: list[str]) -> None:
    with pytest.raises(UnsuitableModel, match="id2label"):
        entailed_label(dict(enumerate(names)))


def test_what_is_no_sequence_classifier_or_has_no_safetensors_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsuitableModel, match="no sequence classifier"):
        load(tiny.save_bert(tmp_path / "bert"))
    folder = tiny.save_bert_classifier(tmp_path / "pickle")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(UnsuitableModel, match="safetensors"):
        load(folder)


def test_a_classifier_without_a_tokenizer_is_damaged(tmp_path: Path) -> None:
    folder = tiny.save_deberta_classifier(tmp_path)
    for file in folder.glob("*token*"):
        file.unlink()
    with pytest.raises(ModelDamaged, match=r"tokenizer\.json"):
        load(folder)


def test_a_classifier_without_its_head_is_damaged(tmp_path: Path) -> None:
    folder = tiny.save_bert_classifier(tmp_path)
    weights = tiny.save_bert(tmp_path / "bert") / "model.safetensors"
    weights.replace(folder / "model.safetensors")
    with pytest.raises(ModelDamaged, match="incomplete"):
        load(folder)
