"""Loading models for torch: what is refused, and what is found damaged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from standfirst_models.errors import ModelDamaged, UnsuitableModel
from standfirst_models.runtimes.torch.loading import load_encoder, load_writer
from tests.models import tiny

pytestmark = pytest.mark.model


def test_an_encoder_is_refused_as_a_writer(tmp_path: Path) -> None:
    with pytest.raises(UnsuitableModel, match="bert"):
        load_writer(tiny.save_bert(tmp_path))


def test_a_writer_is_refused_as_an_encoder(tmp_path: Path) -> None:
    with pytest.raises(UnsuitableModel, match="llama"):
        load_encoder(tiny.save_llama(tmp_path))


def test_weights_in_pickle_are_refused_unread(tmp_path: Path) -> None:
    tiny.save_llama(tmp_path)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(UnsuitableModel, match="safetensors"):
        load_writer(tmp_path)


def test_a_model_with_its_own_code_is_refused_and_the_code_is_not_run(tmp_path: Path) -> None:
    tiny.save_llama(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    config |= {"model_type": "evil", "auto_map": {"AutoConfig": "evil.Config", "AutoModelForCausalLM": "evil.Model"}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "evil.py").write_text(f"open({str(tmp_path / 'was-run')!r}, 'w')")
    with pytest.raises(UnsuitableModel):
        load_writer(tmp_path)
    assert not (tmp_path / "was-run").exists()


def test_truncated_weights_are_damaged(tmp_path: Path) -> None:
    weights = tiny.save_llama(tmp_path) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelDamaged):
        load_writer(tmp_path)


def test_weights_that_do_not_fit_the_config_are_damaged(tmp_path: Path) -> None:
    tiny.save_llama(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}))
    with pytest.raises(ModelDamaged):
        load_writer(tmp_path)
