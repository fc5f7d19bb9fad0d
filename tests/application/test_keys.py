"""API keys: found by their hash, and reloaded when their file changes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from standfirst.application.keys import Caller, KeyRing, new_key
from standfirst.errors import StandfirstError


def save(file: Path, *entries: str) -> None:
    before = file.stat().st_mtime if file.exists() else 0
    file.write_text("\n".join(entries), encoding="utf-8")
    os.utime(file, (before + 1, before + 1))


def test_a_new_key_is_found_and_the_file_has_only_its_hash(tmp_path: Path) -> None:
    key, lines = new_key("reader")
    assert key not in lines
    save(tmp_path / "keys", lines, "requests_per_minute = 5")
    assert KeyRing([], tmp_path / "keys").find(key) == Caller("reader", requests_per_minute=5)


def test_keys_in_the_settings_are_named_or_have_the_name_of_their_hash() -> None:
    ring = KeyRing(["editor:se:cret", "plain"], None)
    assert ring.find("se:cret") == Caller("editor")
    assert ring.find("plain") == Caller("key-" + hashlib.sha256(b"plain").hexdigest()[:8])
    for wrong in ("", "editor", "editor:se:cret", "cret", "Plain", "plain "):
        assert ring.find(wrong) is None


def test_a_changed_file_is_reloaded_and_a_broken_one_is_ignored(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    first, second = new_key("first"), new_key("second")
    save(file, first[1])
    ring = KeyRing([], file)
    save(file, first[1], second[1])
    assert ring.find(second[0]) == Caller("second")
    save(file, "[[key")
    assert ring.find(second[0]) == Caller("second")
    save(file, second[1])
    assert ring.find(first[0]) is None
    file.unlink()
    assert ring.find(second[0]) == Caller("second")


def test_a_key_that_is_replaced_by_one_of_the_same_length_is_no_longer_found(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    old, new = new_key("reader"), new_key("reader")
    save(file, old[1])
    ring = KeyRing([], file)
    save(file, new[1])
    assert ring.find(old[0]) is None
    assert ring.find(new[0]) == Caller("reader")


@pytest.mark.parametrize(
    "content",
    ["[[key]]", '[[key]]\nname = "a"\nsha256 = "short"', "key = 1", "\0", 'other = "x"', new_key("a")[1] * 2],
)
def test_a_file_that_cannot_be_read_is_an_error_at_the_start(tmp_path: Path, content: str) -> None:
    (tmp_path / "keys").write_text(content)
    with pytest.raises(StandfirstError, match="file of keys cannot be read"):
        KeyRing([], tmp_path / "keys")
    with pytest.raises(StandfirstError, match="file of keys cannot be read"):
        KeyRing([], tmp_path / "none")
