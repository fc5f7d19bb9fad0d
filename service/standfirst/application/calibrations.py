"""The calibrations of verifiers: those that were made on this machine, and those that come with Standfirst.

``standfirst models calibrate`` keeps a file for each revision of a verifier, in a folder beside the weights.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from standfirst.grounding.support import Calibration, calibration_of
from standfirst.settings import Settings
from standfirst_models.catalog import EMBEDDED_VERIFIER, resolve
from standfirst_models.errors import ModelDamaged
from standfirst_models.remote.endpoint import SCHEME

_FOLDER = "calibrations"
#: The most words of an article that a verifier that was trained on documents reads whole: a judge behind a server, and
#: a sequence classifier such as MiniCheck. NLI models were trained on premises of a sentence or two.
_JUDGE_WORDS, _DOCUMENT_WORDS = 1_000, 300


@dataclass(frozen=True, slots=True)
class KeptCalibration:
    """A calibration in a file, and the name of its verifier."""

    verifier: str
    calibration: Calibration


_FILE = TypeAdapter(KeptCalibration)


def find_calibration(settings: Settings, verifier: str, revision: str) -> Calibration:
    """Return the calibration of this revision of ``verifier``: the one made here, or else the one that is known.

    Raises ``ModelDamaged`` if the file cannot be read.
    """
    path = _path(settings, revision)
    try:
        return _FILE.validate_json(path.read_bytes()).calibration
    except FileNotFoundError:
        return known_calibration(verifier)
    except (OSError, ValidationError) as error:
        raise ModelDamaged(
            f"The calibration of {verifier} cannot be read. Run standfirst models calibrate again, or delete {path}."
        ) from error


def known_calibration(verifier: str) -> Calibration:
    """Return the calibration of ``verifier`` that comes with Standfirst, or how one is read that has none."""
    known = calibration_of(verifier)
    if verifier.startswith(SCHEME):
        return replace(known, document_words=_JUDGE_WORDS)
    if verifier != EMBEDDED_VERIFIER and resolve(verifier, "verifier").pair_format != "pair":
        return replace(known, document_words=_DOCUMENT_WORDS)
    return known


def keep_calibration(settings: Settings, verifier: str, revision: str, calibration: Calibration) -> Path:
    """Keep the calibration of this revision of ``verifier``; return the file. Raises ``OSError``."""
    path = _path(settings, revision)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_FILE.dump_json(KeptCalibration(verifier, calibration), indent=2) + b"\n")
    return path


def _path(settings: Settings, revision: str) -> Path:
    return settings.models_dir / _FOLDER / f"{revision}.json"
