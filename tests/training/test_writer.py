"""Tuning of a tiny writer."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from standfirst_models.runtimes.torch.weights import apply_adapter
from tests.models import tiny
from training.writer import encode, tune
from training.writer_batches import loss_of
from training.writer_examples import WriterExample

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("ignore::FutureWarning")]

EXAMPLE = WriterExample("rule", "Shorten.", "The council voted on Tuesday to close the bridge.", "The bridge closes.")


@pytest.fixture(autouse=True)
def one_second_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make training independent of the machine's speed: each step takes one second of its clock."""
    seconds = count()
    monkeypatch.setattr("training.writer.time", SimpleNamespace(monotonic=lambda: next(seconds)))


def test_the_adapter_of_tuning_makes_the_targets_more_likely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # An untrained model of two layers needs another learning rate than a real one.
    monkeypatch.setattr("training.writer._RATE", 0.03)
    monkeypatch.setattr("training.writer._WARM_UP", 1)
    folder = tiny.save_llama(tmp_path / "base")
    tune([EXAMPLE] * 8, folder, tmp_path, minutes=0.4, rank=8)

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    item = encode(EXAMPLE, tokenizer)
    with torch.inference_mode():
        before = loss_of(model, [item], torch.device("cpu")).item()
        apply_adapter(dict(model.named_parameters()), load_file(tmp_path / "writer.safetensors"))
        after = loss_of(model, [item], torch.device("cpu")).item()
    assert after < before - 0.05


def test_tuning_continues_from_an_adapter(tmp_path: Path) -> None:
    folder = tiny.save_llama(tmp_path / "base")
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        out.mkdir()
    tune([EXAMPLE] * 8, folder, first, minutes=0.05, rank=8)
    tune([EXAMPLE] * 8, folder, second, minutes=0.0, rank=8, start=first / "writer.safetensors")
    once, again = load_file(first / "writer.safetensors"), load_file(second / "writer.safetensors")
    assert any(value.any() for name, value in once.items() if name.endswith("#up")), "the first adapter is empty"
    assert once.keys() == again.keys()
    assert all(torch.equal(once[name], again[name]) for name in once)
