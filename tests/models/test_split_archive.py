"""Models in a zip archive that is split over several wheels, fetched by the real pip from an index on this machine."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from standfirst_models.cache import ModelCache
from standfirst_models.catalog import ModelSpec, PinnedFile, SplitArchive, Wheel
from standfirst_models.errors import ModelDamaged, ModelMissing, SourceFailed
from tests.models.wheels import FILES, save_wheel

pytestmark = pytest.mark.process

_PARTS = 3


def pinned(path: str, content: bytes) -> PinnedFile:
    return PinnedFile(path, len(content), hashlib.sha256(content).hexdigest())


def archive(files: dict[str, bytes] = FILES) -> bytes:
    """Return a zip archive of ``files`` and of one that nobody asked for."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, content in files.items():
            opened.writestr(f"model/{name}", content)
        opened.writestr("model/code.py", "raise SystemExit('code of a model was run')")
    return buffer.getvalue()


def save_parts(package_index: Path, content: bytes) -> ModelSpec:
    """Save the parts of an archive as wheels, and return the model whose pinned files it should have."""
    step = -(-len(content) // _PARTS)
    parts = []
    for number in range(1, _PARTS + 1):
        part = content[(number - 1) * step : number * step]
        name = f"tiny_part_{number}"
        save_wheel(package_index, {f"input/model.zip.00{number}": part}, name)
        file = pinned(f"{name}/input/model.zip.00{number}", part)
        parts.append(Wheel(name.replace("_", "-"), "1.0", len(part), (file,)))
    files = tuple(pinned(f"model/{name}", content) for name, content in FILES.items())
    return ModelSpec("split", "verifier", SplitArchive(tuple(parts), files), origin="the tests")


def test_the_pinned_files_of_the_joined_archive_are_kept_and_no_others(package_index: Path, root: Path) -> None:
    spec = save_parts(package_index, archive())
    weights = ModelCache(root).ensure(spec)
    kept = {path.name: path.read_bytes() for path in weights.folder.iterdir() if path.name != "manifest.json"}
    assert kept == FILES
    for wheel in package_index.iterdir():
        wheel.unlink()
    assert ModelCache(root, offline=True).ensure(spec) == weights


def test_a_file_of_the_archive_that_does_not_match_its_hash_is_not_kept(package_index: Path, root: Path) -> None:
    spec = save_parts(package_index, archive(FILES | {"model.safetensors": b"something else"}))
    with pytest.raises(SourceFailed, match=r"model\.safetensors"):
        ModelCache(root).ensure(spec)
    assert ModelCache(root).models() == []


def test_parts_that_make_no_archive_fail(package_index: Path, root: Path) -> None:
    spec = save_parts(package_index, archive()[:-100])
    with pytest.raises(SourceFailed, match="split do not make the archive"):
        ModelCache(root).ensure(spec)


def test_a_missing_part_is_named(package_index: Path, root: Path) -> None:
    spec = save_parts(package_index, archive())
    next(package_index.glob("tiny_part_2*")).unlink()
    with pytest.raises(SourceFailed, match=r"tiny-part-2==1\.0"):
        ModelCache(root).ensure(spec)


def test_offline_a_missing_or_damaged_model_names_the_command_that_fetches_it(package_index: Path, root: Path) -> None:
    spec = save_parts(package_index, archive())
    with pytest.raises(ModelMissing, match="standfirst models pull split"):
        ModelCache(root, offline=True).ensure(spec)
    (ModelCache(root).ensure(spec).folder / "config.json").write_bytes(b"{}")
    with pytest.raises(ModelDamaged, match="standfirst models pull split"):
        ModelCache(root, offline=True).ensure(spec)
