"""The manifest of a model in the cache: ``manifest.json``, with the size and SHA-256 of each file beside it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from standfirst_models.catalog import ModelSpec

MANIFEST = "manifest.json"
_REVISION_DIGITS = 12


def write_manifest(spec: ModelSpec, folder: Path) -> None:
    """Write the manifest of ``spec``, whose files are in ``folder``, and flush the folder to the disk."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    listed = {
        path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": digest}
        for path, digest in zip(paths, _digests(paths), strict=True)
    }
    manifest = {"name": spec.name, "role": spec.role, "origin": spec.origin, "files": listed}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    for path in (*paths, folder / MANIFEST):
        path.chmod(0o644)  # the user who runs the service may be another than the one who fills the cache
        flush(path)
    for inner in (path for path in folder.rglob("*") if path.is_dir()):
        inner.chmod(0o755)
        flush(inner)
    flush(folder)


def damaged_files(folder: Path) -> list[str]:
    """Return the names of the files in ``folder`` that are missing or do not match the manifest."""
    try:
        listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        expected = {str(name): (int(file["bytes"]), str(file["sha256"])) for name, file in listed.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [MANIFEST]

    def matches(name: str) -> bool:
        size, digest = expected[name]
        path = folder / name
        return path.is_file() and path.stat().st_size == size and sha256(path) == digest

    with ThreadPoolExecutor() as pool:
        return [name for name, whole in zip(expected, pool.map(matches, expected), strict=True) if not whole]


def revision_of(folder: Path) -> str:
    """Return the revision of a model in the cache: a hash of its manifest, which holds the hash of each file."""
    return sha256(folder / MANIFEST)[:_REVISION_DIGITS]


def revision_of_files(paths: Iterable[Path]) -> str:
    """Return the revision of a model without a manifest: a hash of the hashes of its files, in this order."""
    return hashlib.sha256("".join(_digests(paths)).encode()).hexdigest()[:_REVISION_DIGITS]


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush(path: Path) -> None:
    """Flush a file or a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digests(paths: Iterable[Path]) -> list[str]:
    """Return the SHA-256 of each file. Large files are hashed in parallel."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(sha256, paths))
