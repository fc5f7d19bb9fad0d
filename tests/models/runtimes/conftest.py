"""Fixtures of the runtimes: the embedded encoder, and verifiers with an adapter by torch and by OpenVINO."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from standfirst_models.cache import ModelCache
from standfirst_models.catalog import VERIFIER_ADAPTER, VERIFIER_ENCODER, resolve
from standfirst_models.protocols.verifier import Verifier
from standfirst_models.runtimes.text.tokenizer import load_tokenizer
from tests.models import tiny
from tests.models.runtimes.built import openvino_verifier, torch_verifier
from training.device.reader import Reader


@pytest.fixture(scope="session")
def encoder_folder(models_dir: Path) -> Path:
    """The folder of the embedded encoder, from which the verifier is made."""
    return ModelCache(models_dir).ensure(resolve(VERIFIER_ENCODER, "encoder")).folder


@pytest.fixture(scope="session")
def tokenizer(encoder_folder: Path) -> Tokenizer:
    """The tokenizer of the embedded encoder."""
    return load_tokenizer(encoder_folder)


@pytest.fixture(scope="session")
def embedded_by_torch(encoder_folder: Path) -> Verifier:
    """The embedded verifier."""
    return torch_verifier(encoder_folder, VERIFIER_ADAPTER)


@pytest.fixture(scope="session")
def embedded_by_openvino(encoder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    """The embedded verifier."""
    return openvino_verifier(encoder_folder, VERIFIER_ADAPTER, tmp_path_factory.mktemp("embedded-openvino"))


@pytest.fixture(scope="session")
def mpnet_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny MPNet with random weights."""
    return tiny.save_mpnet(tmp_path_factory.mktemp("mpnet"))


@pytest.fixture(scope="session")
def mpnet_reader(mpnet_folder: Path) -> Reader:
    """A reader made of that MPNet as the training has it, with random changes and heads."""
    reader = Reader(json.loads((mpnet_folder / "config.json").read_text()), rank=2, levels=False)
    reader.load_base(load_file(mpnet_folder / "model.safetensors"), torch.float32)
    torch.manual_seed(0)
    for parameter in reader.parameters():
        if parameter.requires_grad:
            parameter.data = (0.3 * torch.randn_like(parameter)).half().float()  # as an adapter holds it
    return reader.eval()


@pytest.fixture(scope="session")
def mpnet_adapter(mpnet_reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The adapter of that reader."""
    path = tmp_path_factory.mktemp("adapter") / "adapter.safetensors"
    save_file(mpnet_reader.adapter(), path)
    return path


@pytest.fixture(scope="session")
def mpnet_by_torch(mpnet_folder: Path, mpnet_adapter: Path) -> Verifier:
    """The verifier of that reader."""
    return torch_verifier(mpnet_folder, mpnet_adapter)


@pytest.fixture(scope="session")
def mpnet_by_openvino(mpnet_folder: Path, mpnet_adapter: Path, tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    """The verifier of that reader."""
    return openvino_verifier(mpnet_folder, mpnet_adapter, tmp_path_factory.mktemp("mpnet-openvino"))
