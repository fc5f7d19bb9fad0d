"""Training of a writer on an accelerator, tried on a CPU with a tiny model."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from safetensors.torch import load
from transformers import AutoModelForCausalLM, AutoTokenizer

from standfirst_models.runtimes.torch.weights import apply_adapter
from tests.models import tiny
from training.device import prepare_writer, train_writer
from training.writer import encode
from training.writer_batches import loss_of
from training.writer_examples import WriterExample

pytestmark = pytest.mark.model

EXAMPLE = WriterExample("rule", "Shorten.", "The council voted on Tuesday to close the bridge.", "The bridge closes.")


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Save a tiny model and what is made ready of twenty examples; adapters are written in small pieces."""
    folder = tiny.save_llama(tmp_path / "base")
    rows = f"{json.dumps(asdict(EXAMPLE))}\n" * 20
    (tmp_path / "examples.jsonl").write_text(rows, encoding="utf-8")
    monkeypatch.setattr(train_writer, "_PIECE", 10_000)
    arguments = [str(tmp_path / "data.npz"), str(tmp_path / "examples.jsonl"), "--base", str(folder)]
    monkeypatch.setattr("sys.argv", ["prepare_writer", *arguments])
    prepare_writer.main()
    return folder


def trained(base: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> tuple[dict[str, torch.Tensor], list[str]]:
    """Train, and return the adapter at the end and the lines of the log."""
    out = base.parent / "out"
    arguments = [str(out), "--data", str(base.parent / "data.npz"), "--base", str(base), "--rank", "4", *options]
    monkeypatch.setattr("sys.argv", ["train_writer", *arguments, "--reports", "0", "--budget", "100"])
    train_writer.main()
    pieces = sorted(out.glob("average-1.safetensors.*"))
    assert len(pieces) > 1
    assert all(piece.stat().st_size <= 10_000 for piece in pieces)
    return load(b"".join(piece.read_bytes() for piece in pieces)), (out / "log.jsonl").read_text().splitlines()


def loss(base: Path, adapter: dict[str, torch.Tensor]) -> float:
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    apply_adapter(dict(model.named_parameters()), adapter)
    with torch.inference_mode():
        return loss_of(model, [encode(EXAMPLE, tokenizer)], torch.device("cpu")).item()


def test_the_adapter_makes_the_targets_more_likely_in_the_service(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    adapter, log = trained(base, monkeypatch, "--steps", "60", "--rate", "0.03")
    assert loss(base, adapter) < loss(base, {}) - 0.05
    before, after = (json.loads(line)["held_out"] for line in log if "held_out" in line)
    assert after < before


def test_training_continues_from_an_adapter(base: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    adapter, _ = trained(base, monkeypatch, "--steps", "10", "--rate", "0.03")
    joined = b"".join(piece.read_bytes() for piece in sorted((tmp_path / "out").glob("average-1.safetensors.*")))
    (tmp_path / "start.safetensors").write_bytes(joined)
    again, _ = trained(base, monkeypatch, "--steps", "0", "--start", str(tmp_path / "start.safetensors"))
    assert all(torch.equal(adapter[name], again[name]) for name in adapter)
