"""What every verifier does, whatever runs it: with an adapter by torch and by OpenVINO, and sequence classifiers."""

from __future__ import annotations

import math

import pytest
import torch

from standfirst_models.protocols.verifier import Pair, Verifier
from standfirst_models.runtimes.torch.loading import load_classifier
from tests.models import tiny

pytestmark = pytest.mark.model

EVIDENCE = "The council voted 14 to 3 to close the bridge for nine months. Buses will be sent over the ring road."
PAIRS = [
    Pair(EVIDENCE, "The council voted to close the bridge."),
    Pair(EVIDENCE, "Buses."),
    Pair("It rained.", "The council voted 14 to 3 to sell the bridge, and the buses will be sent to the sea for ever."),
]
STRANGE = [Pair("", ""), Pair(EVIDENCE * 50, "word " * 2000), Pair("\0", "[SEP] [CLS] <s> </s> <pad> 桥 🙂")]


@pytest.fixture(scope="session")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    folder = tiny.save_roberta_classifier(tmp_path_factory.mktemp("classifier"))
    return load_classifier(folder, "pair", device="cpu", dtype=torch.float32)


@pytest.fixture(
    params=["embedded_by_torch", "embedded_by_openvino", "mpnet_by_torch", "mpnet_by_openvino", "classifier"]
)
def verifier(request: pytest.FixtureRequest) -> Verifier:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


def never() -> bool:
    return False


def test_a_batch_gives_each_pair_the_finding_that_it_gets_alone(verifier: Verifier) -> None:
    together = verifier.verify(PAIRS, never)
    assert len({finding.logit for finding in together}) == len(PAIRS)
    for pair, finding in zip(PAIRS, together, strict=True):
        (alone,) = verifier.verify([pair], never)
        assert alone.logit == pytest.approx(finding.logit, abs=1e-3)
        assert alone.weakest == finding.weakest
        assert 0 <= finding.weakest[0] <= finding.weakest[1] <= len(pair.claim)


def test_a_pair_of_any_length_gets_a_finding(verifier: Verifier) -> None:
    assert all(math.isfinite(finding.logit) for finding in verifier.verify(STRANGE, never))


def test_a_cancelled_call_reads_no_pair(verifier: Verifier) -> None:
    assert {finding.logit for finding in verifier.verify(PAIRS, lambda: True)} == {0.0}


@pytest.mark.parametrize("name", ["embedded", "mpnet"])
def test_openvino_and_torch_give_the_same_findings(name: str, request: pytest.FixtureRequest) -> None:
    by_openvino, by_torch = (request.getfixturevalue(f"{name}_by_{runtime}") for runtime in ("openvino", "torch"))
    pairs = [*PAIRS, *STRANGE]
    for actual, expected in zip(by_openvino.verify(pairs, never), by_torch.verify(pairs, never), strict=True):
        assert actual.logit == pytest.approx(expected.logit, abs=1e-3)
        assert actual.weakest == expected.weakest
