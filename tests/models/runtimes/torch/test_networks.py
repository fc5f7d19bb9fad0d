"""The pair network: what an adapter makes of the embedded encoder."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from standfirst_models.catalog import VERIFIER_ADAPTER
from standfirst_models.errors import ModelDamaged
from standfirst_models.protocols.verifier import Pair
from standfirst_models.runtimes.text.pairs import batch_pairs, encode_pair
from standfirst_models.runtimes.torch.loading import load_verifier
from standfirst_models.runtimes.torch.networks import PairNetwork, pair_tensors, soft_minimum, verifier_network
from training.adapter import adapter

pytestmark = pytest.mark.model

PAIRS = [
    Pair("The council voted 14 to 3 to close the bridge for nine months.", "The council voted to close the bridge."),
    Pair("Buses will be sent over the ring road.", "Buses."),
    Pair("It rained.", "The council voted 14 to 3 to sell the bridge."),
]


def test_an_adapter_holds_the_whole_of_a_change_of_low_rank(
    encoder_folder: Path, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    save_file({}, tmp_path / "none.safetensors")
    network = verifier_network(encoder_folder, tmp_path / "none.safetensors")
    assert isinstance(network, PairNetwork)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    torch.manual_seed(0)
    for name, value in network.named_parameters():
        if "attention" in name and value.ndim == 2:
            value.data += torch.randn(len(value), 2) @ torch.randn(2, value.shape[1]) / 100
        elif value.ndim == 1 or not name.startswith("bert"):
            value.data += torch.randn_like(value) / 50
    base = {name: value for name, value in before.items() if name.startswith("bert")}
    save_file(adapter(base, network.state_dict(), rank=2), tmp_path / "some.safetensors")
    again = verifier_network(encoder_folder, tmp_path / "some.safetensors")
    batch = batch_pairs([encode_pair(tokenizer, pair.evidence, pair.claim) for pair in PAIRS])
    with torch.inference_mode():
        found, wanted = (
            soft_minimum(one(*pair_tensors(batch, torch.device("cpu"))), torch.from_numpy(batch.claims))
            for one in (again, network)
        )
    assert torch.allclose(found, wanted, atol=0.05)
    assert (tmp_path / "some.safetensors").stat().st_size < 1_000_000


def test_an_adapter_of_another_model_is_damaged(encoder_folder: Path, tmp_path: Path) -> None:
    save_file({"bert.no.such.weight": torch.zeros(2)}, tmp_path / "other.safetensors")
    (tmp_path / "torn.safetensors").write_bytes(VERIFIER_ADAPTER.read_bytes()[:1000])
    for name in ("other", "torn", "gone"):
        with pytest.raises(ModelDamaged):
            load_verifier(encoder_folder, tmp_path / f"{name}.safetensors")
