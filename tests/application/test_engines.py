"""The engines of a service as a whole."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from standfirst.application.weights import ensure_model, ensure_verifier
from standfirst.condensing.ranker import Ranker
from standfirst.domain.article import Article
from standfirst.domain.briefing import Options
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import RANKER_WEIGHTS, resolve
from standfirst_models.errors import ModelDamaged, SourceFailed
from standfirst_models.protocols.served_model import State
from standfirst_models.runtimes import selection
from tests.application.scripted_engines import scripted_engines
from tests.models import tiny


def test_another_runtime_makes_another_briefing() -> None:
    engines = scripted_engines()
    article = Article(text="The bridge is closed.", sentences=())
    ids = {
        one.briefer(patient=False).briefing_id(article, Options())
        for one in (engines, engines, replace(engines, runtime="openvino"))
    }
    assert len(ids) == 2


def test_each_model_is_shown_with_its_runtime() -> None:
    engines = replace(scripted_engines(), runtime="openvino", verifier_runtime="openvino")
    assert [status.runtime for status in engines.statuses()] == ["openvino", "torch", "openvino"]
    assert engines.stamp.runtime == "openvino"


def test_the_ranker_is_part_of_the_stamp() -> None:
    engines, ranker = scripted_engines(), Ranker.load(RANKER_WEIGHTS)
    ranked, retrained = replace(engines, ranker=ranker), replace(engines, ranker=replace(ranker, revision="another"))
    assert len({engines.stamp, ranked.stamp, retrained.stamp}) == 3


def test_who_waits_until_the_models_serve_waits_while_one_is_loaded() -> None:
    async def run() -> None:
        engines = scripted_engines()
        serving = asyncio.create_task(engines.available())
        engines.encoder.start()
        engines.verifier.start()
        await asyncio.gather(engines.encoder.ready(), engines.verifier.ready())
        assert not serving.done()
        engines.writer.start()
        await serving
        assert {status.state for status in engines.statuses()} == {State.READY}
        await engines.close()

    asyncio.run(asyncio.wait_for(run(), 60))


def test_an_encoder_built_for_another_runtime_makes_another_stamp(tmp_path: Path) -> None:
    pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")
    spec = resolve(str(tiny.save_bert(tmp_path / "bert")), "encoder")
    cache = ModelCache(tmp_path / "models", offline=True)
    stamps = set()
    for asked in ("torch", "openvino"):
        weights, runtime = ensure_model(spec, Settings(runtime=asked), cache)
        assert runtime == asked
        stamps.add(replace(scripted_engines(), encoder_revision=weights.revision).stamp)
    assert len(stamps) == 2


def test_what_cannot_be_built_is_run_by_torch_unless_openvino_was_asked_for(
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


def test_what_is_built_is_run_without_reading_what_it_is_built_of(models_dir: Path, tmp_path: Path) -> None:
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
