"""A verifier made of MPNet: its layout, and that it is what was trained."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from standfirst_models.errors import ModelDamaged
from standfirst_models.protocols.verifier import Pair, Verifier
from standfirst_models.runtimes.text.pairs import MPNET_LAYOUT, batch_pairs, encode_pair
from standfirst_models.runtimes.text.tokenizer import load_tokenizer
from standfirst_models.runtimes.torch.loading import load_verifier
from standfirst_models.runtimes.torch.networks import ReadingNetwork, reading_tensors, verifier_network
from training.device.reader import Reader

pytestmark = pytest.mark.model

EVIDENCE = "The council voted on Tuesday to close the bridge for repairs. Buses will be sent over the ring road."
PAIRS = [
    Pair(EVIDENCE, "The council voted to close the bridge."),
    Pair("It rained.", "The council voted on Tuesday to close the bridge, and the buses will be sent over the road."),
]


def test_a_pair_is_laid_out_with_two_marks_between_its_sides_and_each_side_is_cut_off(mpnet_folder: Path) -> None:
    tokenizer = load_tokenizer(mpnet_folder)
    first, last = tokenizer.token_to_id("<s>"), tokenizer.token_to_id("</s>")
    pair = encode_pair(tokenizer, "the bridge", "buses", MPNET_LAYOUT)
    start, end = pair.claim
    assert (pair.ids[0], pair.ids[start - 2 : start], pair.ids[end:]) == (first, (last, last), (last,))
    assert "".join("buses"[a:b] for a, b in pair.offsets) == "buses"
    long = encode_pair(tokenizer, "bridge " * 1000, "bridge " * 1000, MPNET_LAYOUT)
    assert (long.claim, len(long.ids)) == ((224 + 3, 224 + 3 + 80), 224 + 80 + 4)


def test_the_network_gives_the_logits_that_the_training_gives(
    mpnet_reader: Reader, mpnet_folder: Path, mpnet_adapter: Path
) -> None:
    tokenizer = load_tokenizer(mpnet_folder)
    encoded = [encode_pair(tokenizer, pair.evidence, pair.claim, MPNET_LAYOUT) for pair in PAIRS]
    batch = batch_pairs(encoded, padding=0)
    network = verifier_network(mpnet_folder, mpnet_adapter)
    assert isinstance(network, ReadingNetwork)
    with torch.inference_mode():
        found = network(*reading_tensors(batch, torch.device("cpu")))
        claims, tokens = mpnet_reader(*map(torch.from_numpy, (batch.ids, batch.mask, batch.claims)))
    assert torch.allclose(found[:, 0], claims, atol=1e-4)
    inside = torch.from_numpy(batch.claims)
    assert torch.allclose(found[inside], tokens[inside], atol=1e-4)


def test_the_weakest_part_has_the_token_with_the_lowest_logit(
    mpnet_by_torch: Verifier, mpnet_reader: Reader, mpnet_folder: Path
) -> None:
    encoded = encode_pair(load_tokenizer(mpnet_folder), PAIRS[0].evidence, PAIRS[0].claim, MPNET_LAYOUT)
    batch = batch_pairs([encoded])
    with torch.inference_mode():
        _, tokens = mpnet_reader(*map(torch.from_numpy, (batch.ids, batch.mask, batch.claims)))
    start, end = encoded.offsets[int(tokens[0, encoded.claim[0] : encoded.claim[1]].argmin())]
    (finding,) = mpnet_by_torch.verify(PAIRS[:1], lambda: False)
    assert finding.weakest[0] <= start < end <= finding.weakest[1]


def test_an_adapter_of_another_model_is_damaged(mpnet_folder: Path, mpnet_adapter: Path, tmp_path: Path) -> None:
    save_file({"bert.no.such.weight": torch.zeros(2)}, tmp_path / "other.safetensors")
    (tmp_path / "torn.safetensors").write_bytes(mpnet_adapter.read_bytes()[:1000])
    for name in ("other", "torn", "gone"):
        with pytest.raises(ModelDamaged):
            load_verifier(mpnet_folder, tmp_path / f"{name}.safetensors")
