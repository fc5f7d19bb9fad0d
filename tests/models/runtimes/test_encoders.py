"""What every encoder does, whatever runs it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from standfirst_models.protocols.encoder import Encoder
from standfirst_models.runtimes.torch.loading import load_encoder
from tests.models import tiny
from tests.models.runtimes.built import openvino_encoder

pytestmark = pytest.mark.model


@pytest.fixture(scope="module", params=["torch", "openvino"])
def encoder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    folder = tiny.save_bert(tmp_path_factory.mktemp("bert"))
    if request.param == "openvino":
        return openvino_encoder(folder)
    return load_encoder(folder, device="cpu", dtype=torch.float32)


def never() -> bool:
    return False


def test_vectors_have_length_one_and_the_order_of_the_texts(encoder: Encoder) -> None:
    texts = ["", "The bridge.", "Buses will be sent over the ring road. " * 3, "A"]
    vectors = encoder.encode(texts, never)
    assert vectors.shape == (4, 32)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert np.allclose(encoder.encode([text], never)[0], vector, atol=1e-5)
    assert encoder.encode([], never).shape == (0, 32)


def test_the_end_of_a_long_text_changes_its_vector(encoder: Encoder) -> None:
    start = "The council voted to close the bridge. " * 60
    one, other = encoder.encode([start + "Buses. " * 60, start + "Tuesday? " * 60], never)
    assert one @ other < 0.999
