"""A verifier made of MPNet: a tiny one with random weights, by torch and by OpenVINO."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from standfirst_models.errors import ModelDamaged
from standfirst_models.protocols.verifier import Pair, Verifier
from standfirst_models.runtimes.text.pairs import MPNET_LAYOUT, batch_pairs, encode_pair
from standfirst_models.runtimes.text.tokenizer import load_tokenizer
from standfirst_models.runtimes.torch.loading import load_verifier
from standfirst_models.runtimes.torch.networks import ReadingNetwork, reading_tensors, verifier_network
from tests.models import tiny
from training.device.reader import Reader

pytestmark = pytest.mark.model

EVIDENCE = "The council voted on Tuesday to close the bridge for repairs. Buses will be sent over the ring road."
PAIRS = [
    Pair(EVIDENCE, "The council voted to close the bridge."),
    Pair(EVIDENCE, "Buses."),
    Pair("It rained.", "The council voted on Tuesday to close the bridge, and the buses will be sent over the road."),
]


def never() -> bool:
    return False


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save_mpnet(tmp_path_factory.mktemp("mpnet"))


@pytest.fixture(scope="module")
def trained(folder: Path) -> Reader:
    """A reader as the training has it, with random changes and heads."""
    reader = Reader(json.loads((folder / "config.json").read_text()), rank=2, levels=False)
    reader.load_base(load_file(folder / "model.safetensors"), torch.float32)
    torch.manual_seed(0)
    for parameter in reader.parameters():
        if parameter.requires_grad:
            parameter.data = (0.3 * torch.randn_like(parameter)).half().float()  # as an adapter holds it
    return reader.eval()


@pytest.fixture(scope="module")
def adapter(trained: Reader, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("adapter") / "adapter.safetensors"
    save_file(trained.adapter(), path)
    return path


@pytest.fixture(scope="module")
def by_torch(folder: Path, adapter: Path) -> Verifier:
    return load_verifier(folder, adapter, device="cpu", dtype=torch.float32)


@pytest.fixture(scope="module")
def by_openvino(folder: Path, adapter: Path, tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")
    from standfirst_models.runtimes.openvino import compiled, tracing

    built = tmp_path_factory.mktemp("openvino")
    tracing.build(folder, built, adapter)
    return compiled.load_verifier(built, exact=True)


@pytest.fixture(params=["torch", "openvino"])
def verifier(request: pytest.FixtureRequest) -> Verifier:
    return request.getfixturevalue(f"by_{request.param}")  # type: ignore[no-any-return]


def test_a_pair_is_laid_out_with_two_marks_between_its_sides_and_each_side_is_cut_off(folder: Path) -> None:
    tokenizer = load_tokenizer(folder)
    first, last = tokenizer.token_to_id("<s>"), tokenizer.token_to_id("</s>")
    pair = encode_pair(tokenizer, "the bridge", "buses", MPNET_LAYOUT)
    start, end = pair.claim
    assert (pair.ids[0], pair.ids[start - 2 : start], pair.ids[end:]) == (first, (last, last), (last,))
    assert "".join("buses"[a:b] for a, b in pair.offsets) == "buses"
    long = encode_pair(tokenizer, "bridge " * 1000, "bridge " * 1000, MPNET_LAYOUT)
    assert (long.claim, len(long.ids)) == ((224 + 3, 224 + 3 + 80), 224 + 80 + 4)


def test_the_network_gives_the_logits_that_the_training_gives(trained: Reader, folder: Path, adapter: Path) -> None:
    tokenizer = load_tokenizer(folder)
    encoded = [encode_pair(tokenizer, pair.evidence, pair.claim, MPNET_LAYOUT) for pair in PAIRS]
    batch = batch_pairs(encoded, padding=0)
    network = verifier_network(folder, adapter)
    assert isinstance(network, ReadingNetwork)
    with torch.inference_mode():
        found = network(*reading_tensors(batch, torch.device("cpu")))
        claims, tokens = trained(*map(torch.from_numpy, (batch.ids, batch.mask, batch.claims)))
    assert torch.allclose(found[:, 0], claims, atol=1e-4)
    inside = torch.from_numpy(batch.claims)
    assert torch.allclose(found[inside], tokens[inside], atol=1e-4)


def test_a_batch_gives_each_pair_the_finding_that_it_gets_alone(verifier: Verifier) -> None:
    together = verifier.verify(PAIRS, never)
    assert len({finding.logit for finding in together}) == len(PAIRS)
    for pair, finding in zip(PAIRS, together, strict=True):
        (alone,) = verifier.verify([pair], never)
        assert alone.logit == pytest.approx(finding.logit, abs=1e-3)
        assert alone.weakest == finding.weakest


def test_the_weakest_part_has_the_token_with_the_lowest_logit(
    by_torch: Verifier, trained: Reader, folder: Path
) -> None:
    encoded = encode_pair(load_tokenizer(folder), PAIRS[0].evidence, PAIRS[0].claim, MPNET_LAYOUT)
    batch = batch_pairs([encoded])
    with torch.inference_mode():
        _, tokens = trained(*map(torch.from_numpy, (batch.ids, batch.mask, batch.claims)))
    start, end = encoded.offsets[int(tokens[0, encoded.claim[0] : encoded.claim[1]].argmin())]
    (finding,) = by_torch.verify(PAIRS[:1], never)
    assert finding.weakest[0] <= start < end <= finding.weakest[1]


def test_openvino_and_torch_give_the_same_findings(by_openvino: Verifier, by_torch: Verifier) -> None:
    pairs = [*PAIRS, Pair("", ""), Pair(EVIDENCE * 50, "word " * 2000), Pair("\0", "<s> </s> <pad> 桥 🙂")]
    for actual, expected in zip(by_openvino.verify(pairs, never), by_torch.verify(pairs, never), strict=True):
        assert actual.logit == pytest.approx(expected.logit, abs=1e-3)
        assert actual.weakest == expected.weakest


def test_an_adapter_of_another_model_is_damaged(folder: Path, adapter: Path, tmp_path: Path) -> None:
    save_file({"bert.no.such.weight": torch.zeros(2)}, tmp_path / "other.safetensors")
    (tmp_path / "torn.safetensors").write_bytes(adapter.read_bytes()[:1000])
    for name in ("other", "torn", "gone"):
        with pytest.raises(ModelDamaged):
            load_verifier(folder, tmp_path / f"{name}.safetensors")
