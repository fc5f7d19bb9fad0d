"""The conversion of the embedded writer from GGUF."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from standfirst_models import catalog
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve
from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.loading import load_writer
from tests.models.runtimes.built import ignore, never

pytestmark = pytest.mark.model


def test_the_tuned_writer_is_the_base_changed_by_its_adapter(models_dir: Path) -> None:
    cache = ModelCache(models_dir, offline=True)
    spec = resolve("standfirst-135m", "writer")
    assert spec.adapter is not None
    base, tuned = (
        load_file(cache.ensure(resolve(name, "writer")).folder / "model.safetensors")
        for name in ("smollm2-135m", spec.name)
    )
    adapter = load_file(Path(catalog.__file__).parent / spec.adapter.path)
    changed = {name.partition("#")[0] for name in adapter}
    assert changed < set(base) == set(tuned)
    for name in sorted(changed)[::20]:
        change = adapter[f"{name}#up"].float() @ adapter[f"{name}#down"].float()
        # Both are rounded to bf16, the change is not.
        assert torch.allclose(tuned[name].float() - base[name].float(), change, atol=0.01)
        assert not torch.equal(tuned[name], base[name])
    same = next(name for name in base if name not in changed)
    assert torch.equal(base[same], tuned[same])


def test_the_embedded_writer_writes(models_dir: Path) -> None:
    weights = ModelCache(models_dir, offline=True).ensure(resolve("smollm2-135m", "writer"))
    config = json.loads((weights.folder / "config.json").read_text())
    assert "quantization_config" not in config
    writer = load_writer(weights.folder)
    passage = "Harwick council voted 14 to 3 on Tuesday to close the Old Mill bridge to all traffic for nine months."
    (text,) = writer.write([Prompt("Shorten this to one plain sentence.", passage, 30)], never, ignore)
    assert "bridge" in text.lower()
