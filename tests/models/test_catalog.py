"""The catalog: what a name stands for, and where a model is kept."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from standfirst_models.catalog import ENGLISH_PARSER, Built, Hub, SplitArchive, Wheel, catalog, resolve
from standfirst_models.errors import UnknownModel


def test_the_folders_of_models_in_existing_caches_keep_their_names() -> None:
    encoder, writer = resolve("all-minilm-l6-v2", "encoder"), resolve("standfirst-135m", "writer")
    assert encoder.folder_name == "all-minilm-l6-v2-cd4bfaa2"
    assert writer.folder_name == "standfirst-135m-ac60a5ef"
    assert writer.for_openvino("abc").folder_name == "standfirst-135m--openvino-e838ae31"
    assert encoder.as_verifier("abc").folder_name == "all-minilm-l6-v2--openvino-verifier-aadfaaf9"
    assert resolve("owner/name@main", "writer").folder_name == "owner--name--main-7df6f54e"


@pytest.mark.parametrize("name", ["", "no-such-model", "../etc", "/nowhere/at/all", "a/b/c", "owner/na me", "-/x;y"])
def test_an_unknown_name_is_refused_with_the_names_that_are_known(name: str) -> None:
    with pytest.raises(UnknownModel, match="smollm2-135m"):
        resolve(name, "writer")


def test_an_encoder_is_refused_as_a_writer() -> None:
    with pytest.raises(UnknownModel, match="encoder"):
        resolve("all-minilm-l6-v2", "writer")


def test_the_files_of_the_parser_have_places_of_their_own_below_its_root() -> None:
    spec = resolve(ENGLISH_PARSER, "analysis")
    assert isinstance(spec.source, Wheel)
    places = [spec.source.place_of(file) for file in spec.source.files]
    assert len(set(places)) == len(places)
    assert {"meta.json", "ner/model", "parser/model"} <= set(places)


def test_the_larger_reader_has_an_adapter() -> None:
    spec = resolve("reader-110m", "verifier")
    assert spec.adapter_path is not None
    assert spec.adapter_path.stat().st_size < 20_000_000
    assert spec.for_openvino("abc").source == Built(spec, "abc", 1, spec.adapter_path)


def test_any_other_verifier_is_a_sequence_classifier(tmp_path: Path) -> None:
    names = ("owner/name", str(tmp_path), "nli-deberta-v3-base")
    assert {resolve(name, "verifier").adapter for name in names} == {None}
    with pytest.raises(UnknownModel, match="standfirst-verifier, reader-110m, nli-deberta-v3-small"):
        resolve("nothing", "verifier")


@pytest.mark.parametrize(
    ("name", "pair_format"),
    [
        ("nli-deberta-v3-small", "pair"),
        ("factcg-deberta-v3-large", "factcg"),
        ("lytang/MiniCheck-RoBERTa-Large@main", "minicheck"),
    ],
)
def test_the_format_of_a_pair_is_known_from_the_name(name: str, pair_format: str) -> None:
    assert resolve(name, "verifier").pair_format == pair_format


def test_another_adapter_of_a_verifier_needs_no_other_folder() -> None:
    spec = resolve("reader-110m", "verifier")
    assert replace(spec, adapter=None).folder_name == spec.folder_name


def test_every_file_of_the_catalog_is_pinned() -> None:
    for spec in catalog():
        if isinstance(spec.source, SplitArchive):
            parts = [file for part in spec.source.parts for file in part.files]
            assert all(len(file.sha256) == 64 and file.bytes > 0 for file in (*parts, *spec.source.files))
        elif isinstance(spec.source, Wheel):
            assert all(len(file.sha256) == 64 and file.bytes > 0 for file in spec.source.files)
        else:
            assert isinstance(spec.source, Hub)
            assert re.fullmatch(r"[0-9a-f]{40}", spec.source.revision), "a branch may change under us"
        assert spec.licence
        assert spec.memory_bytes or spec.role == "analysis"
