"""Loading models for the runtime that their folders are made for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from standfirst_models.errors import ModelDamaged
from standfirst_models.runtimes.loading import load_writer
from tests.models import tiny
from tests.models.runtimes.built import openvino_writer

pytestmark = [pytest.mark.model, pytest.mark.process]

pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")


def test_models_built_for_openvino_import_neither_torch_nor_transformers(models_dir: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from standfirst.application.weights import ensure_model, ensure_verifier\n"
        "from standfirst.settings import Settings\n"
        "from standfirst_models.cache import ModelCache\n"
        "from standfirst_models.catalog import VERIFIER_ADAPTER, resolve\n"
        "from standfirst_models.runtimes.loading import load_encoder, load_verifier, load_writer\n"
        "from standfirst_models.protocols.verifier import Pair\n"
        "from standfirst_models.protocols.writer import Prompt\n"
        "settings = Settings(runtime='openvino', offline=True)\n"
        "cache = ModelCache(Path(sys.argv[1]), offline=True)\n"
        "writer, _ = ensure_model(resolve('standfirst-135m', 'writer'), settings, cache)\n"
        "encoder, _ = ensure_model(resolve('all-minilm-l6-v2', 'encoder'), settings, cache)\n"
        "verifier = ensure_verifier(settings, cache)\n"
        "assert load_encoder(encoder.folder).encode(['Buses.'], lambda: False).shape == (1, 384)\n"
        "assert load_verifier(verifier.folder, VERIFIER_ADAPTER).verify([Pair('Buses.', 'Buses.')], lambda: False)\n"
        "prompt = Prompt('Shorten this.', 'The bridge is closed.', 4)\n"
        "assert load_writer(writer.folder).write([prompt], lambda _: False, lambda _, __: None)\n"
        "print([name for name in ('torch', 'transformers') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(models_dir)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_a_truncated_graph_is_damaged(tmp_path: Path) -> None:
    openvino_writer(tiny.save_llama(tmp_path))
    weights = tmp_path / "openvino" / "openvino_model.bin"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelDamaged, match="OpenVINO"):
        load_writer(tmp_path / "openvino")
