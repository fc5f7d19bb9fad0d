"""The weights: fetched, verified, and converted for the runtime."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from standfirst.application.weights import ensure_model, ensure_verifier
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve
from standfirst_models.errors import ModelDamaged, SourceFailed
from standfirst_models.runtimes import selection
from tests.application.scripted_engines import scripted_engines
from tests.models import tiny


@pytest.mark.model
@pytest.mark.process
def test_converted_weights_have_another_stamp(tmp_path: Path) -> None:
    pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")
    spec = resolve(str(tiny.save_bert(tmp_path / "bert")), "encoder")
    cache = ModelCache(tmp_path / "models", offline=True)
    stamps = set()
    for asked in ("torch", "openvino"):
        weights, runtime = ensure_model(spec, Settings(runtime=asked), cache)
        assert runtime == asked
        stamps.add(replace(scripted_engines(), encoder_revision=weights.revision).stamp)
    assert len(stamps) == 2


@pytest.mark.model
@pytest.mark.process
def test_torch_runs_what_cannot_be_converted_unless_openvino_is_required(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")
    monkeypatch.setattr(selection, "_has_gpu", lambda: False)
    folder = tiny.save_bert(tmp_path / "bert")
    (folder / "model.safetensors").write_bytes(b"")
    spec, cache = resolve(str(folder), "encoder"), ModelCache(tmp_path / "models", offline=True)
    weights, runtime = ensure_model(spec, Settings(runtime="auto"), cache)
    assert (weights.folder, runtime) == (folder, "torch")
    assert "bert+openvino" in caplog.text
    with pytest.raises(SourceFailed):
        ensure_model(spec, Settings(runtime="openvino"), cache)


def test_converted_weights_are_used_without_the_original_ones(models_dir: Path, tmp_path: Path) -> None:
    pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")
    cache = ModelCache(tmp_path, offline=True)
    encoder = resolve("all-minilm-l6-v2", "encoder")
    kept = shutil.copytree(ModelCache(models_dir).ensure(encoder).folder, tmp_path / encoder.folder_name)
    settings = Settings(runtime="openvino")
    built = ensure_model(encoder, settings, cache), ensure_verifier(settings, cache)
    (kept / "model.safetensors").write_bytes(b"damaged")
    assert (ensure_model(encoder, settings, cache), ensure_verifier(settings, cache)) == built
    with pytest.raises(ModelDamaged):
        ensure_model(encoder, Settings(runtime="torch"), cache)
    cache.remove(encoder)
    assert cache.models() == [], "what is built of it goes with it"
