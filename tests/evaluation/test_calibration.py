"""Calibrating a verifier by name: what is read, what is fitted, and that it is used from then on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from standfirst.application.calibrations import find_calibration
from standfirst.application.weights import VerifierWeights
from standfirst.cli import main
from standfirst.errors import InvalidRequest
from standfirst.evaluation.calibration import read_judged
from standfirst.grounding.support import UNCALIBRATED
from standfirst.settings import Settings
from standfirst_models.protocols.verifier import Finding, Pair
from tests.embedded import MODELS_DIR

pytestmark = pytest.mark.model

NAMES = [
    f"{first}{last}" for first in ("Ada", "Ben", "Cleo", "Dora", "Emil", "Finn") for last in ("ford", "wick", "by")
]


def rows(path: Path) -> Path:
    """Articles with a true and a false sentence each, in other words than theirs."""
    lines = []
    for name in NAMES * 2:
        article = f"The council of {name} voted on Tuesday to close its bridge. Buses will take the ring road."
        sentences = [
            {"text": f"Councillors in {name} decided that nobody may cross the river there now.", "supported": True},
            {
                "text": f"Councillors in {name} decided that everybody may cross the river there now.",
                "supported": False,
            },
        ]
        lines.append(json.dumps({"id": name, "article": article, "sentences": sentences}))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


class Knowing:
    """A verifier that is always right, on a scale of its own."""

    def verify(self, pairs: Sequence[Pair], _: object) -> list[Finding]:
        return [Finding(1.5 if "nobody" in pair.claim else -0.5, (0, 0)) for pair in pairs]


@pytest.fixture
def settings(tmp_path: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    folder = tmp_path / "models"
    folder.mkdir()
    for model in MODELS_DIR.iterdir():
        (folder / model.name).symlink_to(model)
    monkeypatch.setenv("STANDFIRST_MODELS_DIR", str(folder))
    weights = VerifierWeights("knowing", Path(), None, "pair", "abc", "torch")
    monkeypatch.setattr("standfirst.wiring.ensure_verifier", lambda *_: weights)
    monkeypatch.setattr("standfirst.application.weights.load_classifier", lambda *_: Knowing())
    return Settings()


def test_a_verifier_is_calibrated_and_the_calibration_is_found_by_its_revision(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert find_calibration(settings, "owner/knowing", "abc") == UNCALIBRATED
    assert main(["models", "calibrate", "owner/knowing", str(rows(tmp_path / "judged.jsonl"))]) == 0
    printed = capsys.readouterr().out
    assert "in other words: 72 sentences, 36 of them backed; finds 36 backed, of which 36 are" in printed
    assert "abc.json" in printed
    reading = find_calibration(settings, "owner/knowing", "abc").reworded
    assert reading is not None
    assert reading.weights.verifier > 1


def test_too_few_sentences_are_an_error_that_says_how_many_are_needed(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text(rows(tmp_path / "judged.jsonl").read_text().splitlines()[0])
    assert main(["models", "calibrate", "owner/knowing", str(few)]) == 1
    assert "A few hundred of both sorts are needed" in capsys.readouterr().err
    assert find_calibration(settings, "owner/knowing", "abc") == UNCALIBRATED


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "line 1: JSON"),
        ('{"article": "A story."}', "line 1: sentences"),
        ('{"article": "A.", "sentences": [{"text": "B."}]}', r"line 1: sentences\.0\.supported"),
        ('\n{"article": 7, "sentences": []}', "line 2: article"),
    ],
)
def test_an_error_names_the_line_and_the_field(content: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "judged.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(InvalidRequest, match=named):
        read_judged(tmp_path / "judged.jsonl")
