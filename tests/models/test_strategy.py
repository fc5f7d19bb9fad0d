"""The strategy of a writer: the catalog's, or that of its architecture and size."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from standfirst_models import strategy
from standfirst_models.catalog import catalog, resolve
from standfirst_models.errors import ModelDamaged
from standfirst_models.strategy import strategy_of
from tests.models import tiny

pytestmark = pytest.mark.model


def test_every_writer_of_the_catalog_has_a_strategy() -> None:
    for spec in catalog():
        assert (spec.strategy is not None) == (spec.role == "writer")
    assert strategy_of(resolve("qwen2.5-1.5b", "writer"), Path("/nowhere")) == "compose"


def test_encoder_decoder_models_summarize_and_small_chat_models_shorten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bart, llama = tiny.save_bart(tmp_path / "bart"), tiny.save_llama(tmp_path / "llama")
    assert strategy_of(resolve(str(bart), "writer"), bart) == "summarize"
    assert strategy_of(resolve(str(llama), "writer"), llama) == "shorten"
    monkeypatch.setattr(strategy, "_COMPOSING_PARAMETERS", 20_000)
    assert strategy_of(resolve(str(llama), "writer"), llama) == "compose"


def test_a_trimmed_writer_keeps_its_strategy(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"dtype": "bfloat16"}')
    listed = {"model.safetensors": {"bytes": 2_000_000_000}, "tokenizer.json": {"bytes": 5}}
    (tmp_path / "manifest.json").write_text(json.dumps({"files": listed}))
    assert strategy_of(resolve(str(tmp_path), "writer"), tmp_path) == "compose"


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff"])
def test_a_damaged_writer_is_an_error(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(ModelDamaged, match="config"):
        strategy_of(resolve(str(tmp_path), "writer"), tmp_path)
