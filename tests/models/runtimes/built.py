"""Tiny models, built for OpenVINO and loaded, and what the tests of several runtimes share."""

from __future__ import annotations

from pathlib import Path

import pytest

from standfirst_models.protocols.encoder import Encoder
from standfirst_models.protocols.verifier import Verifier
from standfirst_models.protocols.writer import Prompt, Writer

PROMPTS = [
    Prompt("Shorten this.", "The council voted on Tuesday to close the bridge.", 12),
    Prompt("Shorten this.", "Buses.", 5),
    Prompt("Shorten this.", "Buses will be sent over the ring road, the council said, and the bridge will close.", 20),
]


def never(_: int) -> bool:
    """A prompt that is not cancelled."""
    return False


def ignore(_: int, __: str) -> None:
    """A text that nobody waits for before all are written."""


def openvino_writer(folder: Path) -> Writer:
    """Build the writer in ``folder`` for OpenVINO, in ``folder/openvino``, and load it."""
    pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")
    from standfirst_models.runtimes.openvino.decoder_process import DecoderProcess
    from standfirst_models.runtimes.openvino.graph import build
    from standfirst_models.runtimes.openvino.writer import OpenVinoWriter

    (folder / "openvino").mkdir()
    build(folder, folder / "openvino")
    return OpenVinoWriter.load(folder / "openvino", DecoderProcess(folder / "openvino"))


def openvino_encoder(folder: Path) -> Encoder:
    """Build the encoder in ``folder`` for OpenVINO, in ``folder/openvino``, and load it in fp32."""
    pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")
    from standfirst_models.runtimes.openvino import compiled, tracing

    (folder / "openvino").mkdir()
    tracing.build(folder, folder / "openvino")
    return compiled.load_encoder(folder / "openvino", exact=True)


def torch_verifier(folder: Path, adapter: Path) -> Verifier:
    """Load the verifier that ``adapter`` makes of the encoder in ``folder``, on the processor in fp32."""
    import torch

    from standfirst_models.runtimes.torch.loading import load_verifier

    return load_verifier(folder, adapter, device="cpu", dtype=torch.float32)


def openvino_verifier(folder: Path, adapter: Path, into: Path) -> Verifier:
    """Build that verifier for OpenVINO, in ``into``, and load it in fp32."""
    pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")
    from standfirst_models.runtimes.openvino import compiled, tracing

    tracing.build(folder, into, adapter)
    return compiled.load_verifier(into, exact=True)
