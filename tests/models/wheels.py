"""A small wheel of weights. This module imports neither torch nor pytest: child processes of tests import it."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from standfirst_models.catalog import ModelSpec, PinnedFile, Role, Wheel

FILES = {"config.json": b'{"model_type": "tiny"}', "model.safetensors": bytes(range(256)) * 2000}


#: The files of a model that is a tree: two of them have the same name.
TREE = {"meta.json": b"{}", "ner/model": b"entities", "parser/model": b"relations", "vocab/lookups/words": b"the"}


def save_wheel(folder: Path, files: dict[str, bytes] = FILES, package: str = "tiny_weights") -> Path:
    """Save a wheel that pip downloads but would not need to install."""
    wheel = folder / f"{package}-1.0-py3-none-any.whl"
    info = f"{package}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{package}/{name}", content)
        archive.writestr(f"{package}/__init__.py", "raise SystemExit('a wheel of weights was imported')")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return wheel


def tiny_spec(files: dict[str, bytes] = FILES, role: Role = "encoder") -> ModelSpec:
    """Return a model of ``files`` in one folder."""
    return ModelSpec("tiny", role, Wheel("tiny-weights", "1.0", 500_000, _pinned(files)), origin="the tests")


def tree_spec() -> ModelSpec:
    """Return a model that is a tree of files."""
    wheel = Wheel("tiny-weights", "1.0", 500_000, _pinned(TREE), root="tiny_weights")
    return ModelSpec("tree", "analysis", wheel, origin="the tests")


def _pinned(files: dict[str, bytes]) -> tuple[PinnedFile, ...]:
    return tuple(
        PinnedFile(f"tiny_weights/{name}", len(content), hashlib.sha256(content).hexdigest())
        for name, content in files.items()
    )
