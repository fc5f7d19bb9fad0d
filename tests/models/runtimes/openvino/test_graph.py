"""The graph of a writer for OpenVINO."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM

from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve
from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.loading import load_writer
from tests.models import tiny
from tests.models.runtimes.built import ignore, never

pytestmark = pytest.mark.model

pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")


@pytest.mark.parametrize("save", [tiny.save_llama, tiny.save_qwen2])
def test_the_graph_gives_torchs_logits_up_to_quantization(save: Callable[[Path], Path], tmp_path: Path) -> None:
    from standfirst_models.runtimes.openvino.graph import build
    from standfirst_models.runtimes.openvino.no_telemetry import openvino

    folder = save(tmp_path)
    torch.manual_seed(5)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    for weights in model.parameters():
        if weights.dim() == 1:  # norms and biases, which are ones and noughts in a new model
            torch.nn.init.normal_(weights, mean=1, std=0.3)
    model.save_pretrained(folder)
    (tmp_path / "openvino").mkdir()
    build(folder, tmp_path / "openvino")
    ids = np.random.default_rng(6).integers(4, 300, (2, 40))
    compiled = openvino.Core().compile_model(tmp_path / "openvino" / "openvino_model.xml", "CPU")
    inputs = {
        "input_ids": ids,
        "position_ids": np.tile(np.arange(40), (2, 1)),
        "beam_idx": np.arange(2, dtype=np.int32),
    }
    (found,) = compiled(inputs).values()
    with torch.inference_mode():
        wanted = model(torch.from_numpy(ids)).logits.numpy()
    lengths = np.linalg.norm(found, axis=2) * np.linalg.norm(wanted, axis=2)
    assert ((found * wanted).sum(2) / lengths).min() > 0.999


def test_the_embedded_writer_writes_nearly_the_same_words_as_by_torch(models_dir: Path) -> None:
    cache = ModelCache(models_dir, offline=True)
    spec = resolve("standfirst-135m", "writer")
    weights = cache.ensure(spec)
    passages = [
        "Harwick council voted 14 to 3 on Tuesday to close the Old Mill bridge to all traffic for nine months.",
        "The work will cost £2.4m, of which the county will pay £1.5m, the council said after the meeting on Tuesday.",
    ]
    prompts = [Prompt("Shorten this to one plain sentence of at most 15 words.", passage, 24) for passage in passages]
    quantized = load_writer(cache.ensure(spec.for_openvino(weights.revision)).folder)
    for found, wanted in zip(
        quantized.write(prompts, never, ignore),
        load_writer(weights.folder).write(prompts, never, ignore),
        strict=True,
    ):
        assert len(set(found.split()) & set(wanted.split())) > 0.6 * len(set(wanted.split()))
