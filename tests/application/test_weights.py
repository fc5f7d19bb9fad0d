"""The weights: fetched, verified, and converted for the runtime."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from standfirst.application.weights import ensure_model, ensure_verifier
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import Folder, ModelSpec, PinnedFile, resolve
from standfirst_models.errors import ModelDamaged, SourceFailed, UnknownModel, UnsuitableModel
from standfirst_models.protocols.verifier import Pair
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


def test_a_verifier_of_the_catalog_has_the_revision_of_its_weights_and_its_adapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, adapter = tiny.save_mpnet(tmp_path / "mpnet"), tmp_path / "adapter.safetensors"
    settings, cache = Settings(verifier="reader-110m", runtime="torch"), ModelCache(tmp_path / "models", offline=True)
    found = []
    for content in (b"one", b"another"):
        adapter.write_bytes(content)
        pinned = PinnedFile(str(adapter), len(content), hashlib.sha256(content).hexdigest())
        spec = ModelSpec("reader-110m", "verifier", Folder(folder), origin="the tests", adapter=pinned)
        monkeypatch.setattr("standfirst.application.weights.resolve", lambda *_, spec=spec: spec)
        found.append(ensure_verifier(settings, cache))
    assert {(one.name, one.folder, one.adapter, one.runtime) for one in found} == {
        ("reader-110m", folder, adapter, "torch")
    }
    assert found[0].revision != found[1].revision
    adapter.write_bytes(b"damaged")
    with pytest.raises(ModelDamaged, match=r"adapter\.safetensors"):
        ensure_verifier(settings, cache)


def test_an_unknown_verifier_is_refused_with_the_names_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="standfirst-verifier, reader-110m"):
        ensure_verifier(Settings(verifier="bert-base"), ModelCache(tmp_path, offline=True))


@pytest.mark.model
def test_a_sequence_classifier_in_a_folder_is_a_verifier_that_torch_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny.save_bert_classifier(tmp_path / "minicheck-tiny", {0: "LABEL_0", 1: "LABEL_1"})
    settings, cache = Settings(verifier=str(folder)), ModelCache(tmp_path / "models", offline=True)
    weights = ensure_verifier(settings, cache)
    assert (weights.name, weights.adapter, weights.pair_format) == ("minicheck-tiny", None, "minicheck")
    assert weights.runtime == "torch"
    assert len(weights.load().verify([Pair("It rained.", "It rained.")], lambda: False)) == 1
    with pytest.raises(UnsuitableModel, match="torch"):
        ensure_verifier(settings.model_copy(update={"runtime": "openvino"}), cache)
    monkeypatch.setattr(selection, "find_spec", lambda _: None)
    with pytest.raises(UnsuitableModel, match=selection.NO_TORCH):
        ensure_verifier(settings, cache)
