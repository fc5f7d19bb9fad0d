"""The wiring: which parts the settings give."""

from __future__ import annotations

from pathlib import Path

from standfirst.settings import Settings
from standfirst.wiring import open_engines
from tests.models import tiny


def test_only_the_encoder_that_the_ranker_was_trained_for_has_it(models_dir: Path, tmp_path: Path) -> None:
    settings = Settings(models_dir=models_dir, offline=True, runtime="torch")
    assert open_engines(settings).ranker is not None
    other = settings.model_copy(update={"encoder": str(tiny.save_bert(tmp_path / "bert"))})
    assert open_engines(other).ranker is None
