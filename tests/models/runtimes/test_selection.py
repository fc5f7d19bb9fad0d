"""The choice of a runtime."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from standfirst_models.errors import UnsuitableModel
from standfirst_models.runtimes import selection
from standfirst_models.runtimes.selection import choose_runtime
from tests.models import tiny

pytestmark = pytest.mark.model

pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")


def test_the_requested_runtime_is_chosen_and_auto_prefers_a_gpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    llama, bart = tiny.save_llama(tmp_path / "llama"), tiny.save_bart(tmp_path / "bart")
    assert choose_runtime("torch", llama) == "torch"
    assert choose_runtime("openvino", llama) == "openvino"
    assert choose_runtime("auto", bart) == "torch"
    with pytest.raises(UnsuitableModel, match="bart"):
        choose_runtime("openvino", bart)
    monkeypatch.setattr(selection, "version", lambda _: "2.13.0+cpu")
    assert choose_runtime("auto", llama) == "openvino"
    monkeypatch.setattr(selection, "version", lambda _: "2.13.0")
    monkeypatch.setattr(selection, "_GPUS", ("/dev/no-gpu",))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_runtime("auto", llama) == "openvino", "torch is not imported only to be told that there is none"
    monkeypatch.setattr(selection, "_GPUS", ("/dev/null",))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_runtime("auto", llama) == "openvino"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_runtime("auto", llama) == "torch", "a GPU is faster"


def test_without_openvino_auto_chooses_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    llama = tiny.save_llama(tmp_path)
    monkeypatch.setattr(selection, "find_spec", lambda name: None if name == "openvino_genai" else name)
    assert choose_runtime("auto", llama) == "torch"
    with pytest.raises(UnsuitableModel, match=r"pip install 'standfirst\[openvino\]'"):
        choose_runtime("openvino", llama)


def test_without_torch_openvino_runs_what_it_can_and_the_rest_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    llama, bart = tiny.save_llama(tmp_path / "llama"), tiny.save_bart(tmp_path / "bart")
    monkeypatch.setattr(selection, "find_spec", lambda name: None if name == "torch" else name)
    assert choose_runtime("auto", llama) == "openvino"
    with pytest.raises(UnsuitableModel, match=r"type bart.* torch is not installed here.*TORCH=1"):
        choose_runtime("auto", bart)
    with pytest.raises(UnsuitableModel, match=r"^torch is not installed here"):
        choose_runtime("torch", llama)


@pytest.mark.parametrize(
    "change",
    [
        {"rope_parameters": {"rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0}},
        {"rope_parameters": None, "rope_scaling": {"type": "linear", "rope_type": "linear", "factor": 2.0}},
        {"hidden_act": "gelu"},
        {"use_sliding_window": True},
        {"model_type": "gemma"},
    ],
)
def test_a_model_that_the_graph_does_not_cover_is_run_by_torch(change: dict[str, object], tmp_path: Path) -> None:
    path = tiny.save_llama(tmp_path) / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert choose_runtime("auto", tmp_path) == "torch"
    with pytest.raises(UnsuitableModel):
        choose_runtime("openvino", tmp_path)
