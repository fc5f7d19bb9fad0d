"""The calibrations that are made on a machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from standfirst.application.calibrations import find_calibration, keep_calibration, known_calibration
from standfirst.grounding.support import EMBEDDED, UNCALIBRATED
from standfirst.settings import Settings
from standfirst_models.errors import ModelDamaged
from tests.application.scripted_engines import scripted_engines


def test_a_kept_calibration_is_that_of_its_revision_alone(tmp_path: Path) -> None:
    settings = Settings(models_dir=tmp_path)
    keep_calibration(settings, "owner/a-verifier", "one", EMBEDDED)
    assert find_calibration(settings, "owner/a-verifier", "one") == EMBEDDED
    assert find_calibration(settings, "owner/a-verifier", "two") == UNCALIBRATED
    assert find_calibration(settings, "standfirst-verifier", "two") == EMBEDDED


@pytest.mark.parametrize("content", [b"", b"{}", b'{"verifier": "a", "calibration": {"cut": 1}}', b"\xff"])
def test_a_damaged_file_is_an_error_that_names_it(content: bytes, tmp_path: Path) -> None:
    settings = Settings(models_dir=tmp_path)
    path = keep_calibration(settings, "owner/a-verifier", "one", EMBEDDED)
    path.write_bytes(content)
    with pytest.raises(ModelDamaged, match=r"one\.json"):
        find_calibration(settings, "owner/a-verifier", "one")


@pytest.mark.parametrize(
    ("verifier", "words"),
    [
        ("openai:http://127.0.0.1:9/v1#a-model", 1000),
        ("factcg-deberta-v3-large", 300),
        ("lytang/MiniCheck-RoBERTa-Large", 300),
        ("nli-deberta-v3-base", 0),
        ("reader-110m", 0),
        ("standfirst-verifier", 0),
    ],
)
def test_verifiers_that_were_trained_on_documents_read_articles_whole(verifier: str, words: int) -> None:
    assert known_calibration(verifier).document_words == words


def test_another_calibration_gives_another_stamp() -> None:
    engines = scripted_engines()
    other = replace(engines, grounding=replace(engines.grounding, calibration=UNCALIBRATED))
    assert other.stamp != engines.stamp
