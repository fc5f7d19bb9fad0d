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
from standfirst_models.protocols.verifier import Pair, Verifier
from standfirst_models.runtimes.text.pairs import CLAIM_TOKENS, EVIDENCE_TOKENS, LEVELS, batch_pairs, encode_pair
from standfirst_models.runtimes.torch.loading import load_verifier
from standfirst_models.runtimes.torch.networks import pair_network, pair_tensors, soft_minimum
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
def by_torch(folder: Path) -> Verifier:
    return load_verifier(folder, VERIFIER_ADAPTER, device="cpu", dtype=torch.float32)


@pytest.fixture(scope="module")
def by_openvino(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")
    from standfirst_models.runtimes.openvino import compiled, tracing

    built = tmp_path_factory.mktemp("openvino")
    tracing.build(folder, built, VERIFIER_ADAPTER)
    return compiled.load_verifier(built, exact=True)


@pytest.fixture(params=["torch", "openvino"])
def verifier(request: pytest.FixtureRequest) -> Verifier:
    return request.getfixturevalue(f"by_{request.param}")  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Tokenizer:
    whole = Tokenizer.from_file(str(folder / "tokenizer.json"))
    whole.no_padding()
    whole.no_truncation()
    return whole


def nobody() -> bool:
    return False


def test_a_batch_finds_what_each_pair_gives_alone(verifier: Verifier) -> None:
    together = verifier.verify(PAIRS, nobody)
    for pair, finding in zip(PAIRS, together, strict=True):
        (alone,) = verifier.verify([pair], nobody)
        assert alone.logit == pytest.approx(finding.logit, abs=1e-3)
        assert alone.weakest == finding.weakest
        assert 0 <= finding.weakest[0] < finding.weakest[1] <= len(pair.claim)


def test_a_pair_of_any_length_gets_a_finding(verifier: Verifier) -> None:
    for pair in (Pair("", ""), Pair(EVIDENCE * 50, "word " * 2000), Pair("\0", "[SEP] [CLS] 桥 🙂")):
        (finding,) = verifier.verify([pair], nobody)
        assert finding.logit == finding.logit, "a number"


def test_openvino_finds_what_torch_finds(by_openvino: Verifier, by_torch: Verifier) -> None:
    pairs = [*PAIRS, Pair("", ""), Pair(EVIDENCE * 50, "word " * 2000), Pair("\0", "[SEP] [CLS] 桥 🙂")]
    for found, wanted in zip(by_openvino.verify(pairs, nobody), by_torch.verify(pairs, nobody), strict=True):
        assert found.logit == pytest.approx(wanted.logit, abs=1e-3)
        assert found.weakest == wanted.weakest


def test_nothing_is_read_once_nobody_waits(verifier: Verifier) -> None:
    assert {finding.logit for finding in verifier.verify(PAIRS, lambda: True)} == {0.0}


def test_an_adapter_says_all_that_a_change_of_low_rank_changed(
    folder: Path, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    save_file({}, tmp_path / "none.safetensors")
    network = pair_network(folder, tmp_path / "none.safetensors")
    before = {name: value.clone() for name, value in network.state_dict().items()}
    torch.manual_seed(0)
    for name, value in network.named_parameters():
        if "attention" in name and value.ndim == 2:
            value.data += torch.randn(len(value), 2) @ torch.randn(2, value.shape[1]) / 100
        elif value.ndim == 1 or not name.startswith("bert"):
            value.data += torch.randn_like(value) / 50
    base = {name: value for name, value in before.items() if name.startswith("bert")}
    save_file(adapter(base, network.state_dict(), rank=2), tmp_path / "some.safetensors")
    again = pair_network(folder, tmp_path / "some.safetensors")
    batch = batch_pairs([encode_pair(tokenizer, pair.evidence, pair.claim) for pair in PAIRS])
    with torch.inference_mode():
        found, wanted = (
            soft_minimum(one(*pair_tensors(batch, torch.device("cpu"))), torch.from_numpy(batch.claims))
            for one in (again, network)
        )
    assert torch.allclose(found, wanted, atol=0.05)
    assert (tmp_path / "some.safetensors").stat().st_size < 1_000_000


def test_an_adapter_of_another_model_is_damaged(folder: Path, tmp_path: Path) -> None:
    save_file({"bert.no.such.weight": torch.zeros(2)}, tmp_path / "other.safetensors")
    (tmp_path / "torn.safetensors").write_bytes(VERIFIER_ADAPTER.read_bytes()[:1000])
    for name in ("other", "torn", "gone"):
        with pytest.raises(ModelDamaged):
            load_verifier(folder, tmp_path / f"{name}.safetensors")


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
