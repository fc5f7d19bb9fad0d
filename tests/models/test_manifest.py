"""The manifest: it lists the files of a model, those in folders too, and finds the damaged ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from standfirst_models.manifest import MANIFEST, damaged_files, revision_of, write_manifest
from tests.models.wheels import TREE, tree_spec


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the tree of files of a model and its manifest."""
    for name, content in TREE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    write_manifest(tree_spec(), tmp_path)
    return tmp_path


def test_the_files_of_a_tree_are_listed_by_their_relative_paths(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert set(manifest["files"]) == set(TREE)
    assert (manifest["name"], manifest["role"]) == ("tree", "analysis")
    assert damaged_files(folder) == []


@pytest.mark.parametrize("name", ["meta.json", "ner/model", "vocab/lookups/words"])
def test_a_file_that_is_changed_or_missing_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(TREE[name][::-1] + b"!")
    assert damaged_files(folder) == [name]
    (folder / name).unlink()
    assert damaged_files(folder) == [name]


def test_of_two_files_with_one_name_only_the_damaged_one_is_named(folder: Path) -> None:
    (folder / "ner/model").write_bytes(TREE["parser/model"])
    assert damaged_files(folder) == ["ner/model"]


def test_the_revision_depends_on_the_place_of_a_file(folder: Path) -> None:
    before = revision_of(folder)
    (folder / "ner/model").rename(folder / "model")
    write_manifest(tree_spec(), folder)
    assert revision_of(folder) != before
