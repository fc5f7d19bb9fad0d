"""The calibrations that are made on a machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from standfirst.application.calibrations import find_calibration, keep_calibration
from standfirst.grounding.support import EMBEDDED, UNCALIBRATED
from standfirst.settings import Settings
from standfirst_models.errors import ModelDamaged
from tests.application.scripted_engines import scripted_engines


def test_a_kept_calibration_is_that_of_its_revision_alone(tmp_path: Path) -> None:
    settings = Settings(models_dir=tmp_path)
    keep_calibration(settings, "a-verifier", "one", EMBEDDED)
    assert find_calibration(settings, "a-verifier", "one") == EMBEDDED
    assert find_calibration(settings, "a-verifier", "two") == UNCALIBRATED
    assert find_calibration(settings, "standfirst-verifier", "two") == EMBEDDED


@pytest.mark.parametrize("content", [b"", b"{}", b'{"verifier": "a", "calibration": {"cut": 1}}', b"\xff"])
def test_a_damaged_file_is_an_error_that_names_it(content: bytes, tmp_path: Path) -> None:
    settings = Settings(models_dir=tmp_path)
    path = keep_calibration(settings, "a-verifier", "one", EMBEDDED)
    path.write_bytes(content)
    with pytest.raises(ModelDamaged, match=r"one\.json"):
        find_calibration(settings, "a-verifier", "one")


def test_another_calibration_gives_another_stamp() -> None:
    engines = scripted_engines()
    other = replace(engines, grounding=replace(engines.grounding, calibration=UNCALIBRATED))
    assert other.stamp != engines.stamp
