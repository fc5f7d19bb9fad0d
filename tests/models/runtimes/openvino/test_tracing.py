"""Encoders, traced from torch to OpenVINO."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from standfirst_models.runtimes.torch.loading import load_encoder
from tests.models import tiny
from tests.models.runtimes.built import openvino_encoder

pytestmark = pytest.mark.model


@pytest.mark.parametrize("save", [tiny.save_bert, tiny.save_roberta, tiny.save_mpnet, tiny.save_distilbert])
def test_a_traced_encoder_gives_the_same_vectors_as_torch(save: Callable[[Path], Path], tmp_path: Path) -> None:
    folder = save(tmp_path)
    texts = ["", "A", "The bridge.", "Buses will be sent over the ring road. " * 60]
    wanted = load_encoder(folder, device="cpu", dtype=torch.float32).encode(texts, lambda: False)
    assert np.allclose(openvino_encoder(folder).encode(texts, lambda: False), wanted, atol=1e-4)
