"""The verifier's runtime, on the embedded encoder: what it reads, and what an adapter makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from tokenizers import Tokenizer

from standfirst_models.cache import ModelCache
from standfirst_models.catalog import VERIFIER_ADAPTER, VERIFIER_ENCODER, resolve
from standfirst_models.errors import ModelDamaged
from standfirst_models.runtimes.pairs import CLAIM_TOKENS, EVIDENCE_TOKENS, LEVELS, encode_pair
from standfirst_models.runtimes.verifying import PairVerifier
from standfirst_models.verifier import Pair
from training.adapter import adapter

EVIDENCE = "The council voted 14 to 3 to close the bridge for nine months. Buses will be sent over the ring road."
PAIRS = [
    Pair(EVIDENCE, "The council voted to close the bridge."),
    Pair(EVIDENCE, "Buses."),
    Pair("It rained.", "The council voted 14 to 3 to sell the bridge, and the buses will be sent to the sea for ever."),
]


@pytest.fixture(scope="module")
def folder(models_dir: Path) -> Path:
    return ModelCache(models_dir).ensure(resolve(VERIFIER_ENCODER, "encoder")).folder


@pytest.fixture(scope="module")
def verifier(folder: Path) -> PairVerifier:
    return PairVerifier.load(folder, VERIFIER_ADAPTER, device="cpu", dtype=torch.float32)


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Tokenizer:
    whole = Tokenizer.from_file(str(folder / "tokenizer.json"))
    whole.no_padding()
    whole.no_truncation()
    return whole


def nobody() -> bool:
    return False


def test_a_batch_finds_what_each_pair_gives_alone(verifier: PairVerifier) -> None:
    together = verifier.verify(PAIRS, nobody)
    for pair, finding in zip(PAIRS, together, strict=True):
        (alone,) = verifier.verify([pair], nobody)
        assert alone.logit == pytest.approx(finding.logit, abs=1e-3)
        assert alone.weakest == finding.weakest
        assert 0 <= finding.weakest[0] < finding.weakest[1] <= len(pair.claim)


def test_a_pair_of_any_length_gets_a_finding(verifier: PairVerifier) -> None:
    for pair in (Pair("", ""), Pair(EVIDENCE * 50, "word " * 2000), Pair("\0", "[SEP] [CLS] 桥 🙂")):
        (finding,) = verifier.verify([pair], nobody)
        assert finding.logit == finding.logit, "a number"


def test_nothing_is_read_once_nobody_waits(verifier: PairVerifier) -> None:
    assert {finding.logit for finding in verifier.verify(PAIRS, lambda: True)} == {0.0}


def test_an_adapter_says_all_that_a_change_of_low_rank_changed(folder: Path, tmp_path: Path) -> None:
    save_file({}, tmp_path / "none.safetensors")
    plain = PairVerifier.load(folder, tmp_path / "none.safetensors", device="cpu", dtype=torch.float32)
    before = {name: value.clone() for name, value in plain._network.state_dict().items()}
    torch.manual_seed(0)
    for name, value in plain._network.named_parameters():
        if "attention" in name and value.ndim == 2:
            value.data += torch.randn(len(value), 2) @ torch.randn(2, value.shape[1]) / 100
        elif value.ndim == 1 or not name.startswith("bert"):
            value.data += torch.randn_like(value) / 50
    base = {name: value for name, value in before.items() if name.startswith("bert")}
    save_file(adapter(base, plain._network.state_dict(), rank=2), tmp_path / "some.safetensors")
    again = PairVerifier.load(folder, tmp_path / "some.safetensors", device="cpu", dtype=torch.float32)
    for changed, loaded in zip(plain.verify(PAIRS, nobody), again.verify(PAIRS, nobody), strict=True):
        assert loaded.logit == pytest.approx(changed.logit, abs=0.05)
    assert (tmp_path / "some.safetensors").stat().st_size < 1_000_000


def test_an_adapter_of_another_model_is_damaged(folder: Path, tmp_path: Path) -> None:
    save_file({"bert.no.such.weight": torch.zeros(2)}, tmp_path / "other.safetensors")
    (tmp_path / "torn.safetensors").write_bytes(VERIFIER_ADAPTER.read_bytes()[:1000])
    for name in ("other", "torn", "gone"):
        with pytest.raises(ModelDamaged):
            PairVerifier.load(folder, tmp_path / f"{name}.safetensors")


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["council", "bridge", "14", "the", "."]), max_size=14).map(" ".join))
def test_each_token_is_told_the_longest_run_that_both_sides_have(tokenizer: Tokenizer, text: str) -> None:
    claim = " ".join(reversed(text.split())) + " the bridge 14"
    pair = encode_pair(tokenizer, text, claim)
    start, end = pair.claim
    theirs, ours = pair.ids[1 : start - 1], pair.ids[start:end]
    for at in range(len(ours)):
        runs = [
            b - a
            for a in range(at + 1)
            for b in range(at + 1, len(ours) + 1)
            if any(theirs[i : i + b - a] == ours[a:b] for i in range(len(theirs)))
        ]
        longest = max(runs, default=0)
        level = next(n for n, low in enumerate((9, 5, 3, 2, 1, 0)) if longest >= low)
        assert pair.levels[start + at] == LEVELS - 1 - level
    assert len(pair.ids) == len(pair.levels)


def test_a_side_is_read_as_far_as_it_fits(tokenizer: Tokenizer) -> None:
    pair = encode_pair(tokenizer, "bridge " * 1000, "bridge " * 1000)
    assert len(pair.ids) == EVIDENCE_TOKENS + CLAIM_TOKENS + 3
