"""What every verifier does, whatever runs it: the embedded encoder with its adapter, by torch and by OpenVINO."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from standfirst_models.catalog import VERIFIER_ADAPTER
from standfirst_models.protocols.verifier import Pair, Verifier
from standfirst_models.runtimes.torch.loading import load_verifier

pytestmark = pytest.mark.model

EVIDENCE = "The council voted 14 to 3 to close the bridge for nine months. Buses will be sent over the ring road."


PAIRS = [
    Pair(EVIDENCE, "The council voted to close the bridge."),
    Pair(EVIDENCE, "Buses."),
    Pair("It rained.", "The council voted 14 to 3 to sell the bridge, and the buses will be sent to the sea for ever."),
]


@pytest.fixture(scope="module")
def by_torch(encoder_folder: Path) -> Verifier:
    return load_verifier(encoder_folder, VERIFIER_ADAPTER, device="cpu", dtype=torch.float32)


@pytest.fixture(scope="module")
def by_openvino(encoder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")
    from standfirst_models.runtimes.openvino import compiled, tracing

    built = tmp_path_factory.mktemp("openvino")
    tracing.build(encoder_folder, built, VERIFIER_ADAPTER)
    return compiled.load_verifier(built, exact=True)


@pytest.fixture(params=["torch", "openvino"])
def verifier(request: pytest.FixtureRequest) -> Verifier:
    return request.getfixturevalue(f"by_{request.param}")  # type: ignore[no-any-return]


def never() -> bool:
    return False


def test_a_batch_gives_each_pair_the_finding_that_it_gets_alone(verifier: Verifier) -> None:
    together = verifier.verify(PAIRS, never)
    for pair, finding in zip(PAIRS, together, strict=True):
        (alone,) = verifier.verify([pair], never)
        assert alone.logit == pytest.approx(finding.logit, abs=1e-3)
        assert alone.weakest == finding.weakest
        assert 0 <= finding.weakest[0] < finding.weakest[1] <= len(pair.claim)


def test_a_pair_of_any_length_gets_a_finding(verifier: Verifier) -> None:
    for pair in (Pair("", ""), Pair(EVIDENCE * 50, "word " * 2000), Pair("\0", "[SEP] [CLS] 桥 🙂")):
        (finding,) = verifier.verify([pair], never)
        assert math.isfinite(finding.logit)


def test_openvino_and_torch_give_the_same_findings(by_openvino: Verifier, by_torch: Verifier) -> None:
    pairs = [*PAIRS, Pair("", ""), Pair(EVIDENCE * 50, "word " * 2000), Pair("\0", "[SEP] [CLS] 桥 🙂")]
    for actual, expected in zip(by_openvino.verify(pairs, never), by_torch.verify(pairs, never), strict=True):
        assert actual.logit == pytest.approx(expected.logit, abs=1e-3)
        assert actual.weakest == expected.weakest


def test_a_cancelled_call_reads_no_pair(verifier: Verifier) -> None:
    assert {finding.logit for finding in verifier.verify(PAIRS, lambda: True)} == {0.0}
