"""The sources of models: wheels on a package index, or a repository of the Hugging Face hub.

A wheel is a container of files here, not a package. pip downloads it, so that the user's mirrors and proxies apply;
its requirements are ignored, and nothing in it is installed or run.
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

from standfirst_models.catalog import Hub, PinnedFile, SplitArchive, Wheel
from standfirst_models.child_process import child_process
from standfirst_models.errors import SourceFailed, UnsuitableModel

#: The files that are fetched from a hub repository: weights that cannot run code, configuration and tokenizer.
_HUB_FILES = ["*.safetensors", "*.safetensors.index.json", "*.json", "*.txt", "*.model", "*.jinja"]
#: Seconds between two updates of the progress bar.
_BAR_INTERVAL = 0.2
_CHUNK = 1 << 20


def fetch_wheel(wheel: Wheel, into: Path, label: str, *, progress: bool) -> None:
    """Download ``wheel`` and put its pinned files into ``into``; show a bar on standard error if ``progress``.

    Raises ``SourceFailed`` if pip fails or a file does not match its hash.
    """
    # pip's temporary folder lies under ``into`` too: after a kill the next fetch deletes it, and the bar can count the
    # bytes in it whatever the version of pip.
    downloads = into / "downloads"
    downloads.mkdir()
    requirement = f"{wheel.distribution}=={wheel.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-cache-dir", "--no-deps", "--only-binary=:all:", "--dest", str(downloads), requirement]
    with (
        tqdm(total=wheel.bytes, desc=label, unit="B", unit_scale=True, disable=not progress) as bar,
        child_process(command, {**os.environ, "TMPDIR": str(downloads)}) as pip,
    ):
        while True:
            try:
                _, output = pip.communicate(timeout=_BAR_INTERVAL)
                break
            except subprocess.TimeoutExpired:
                bar.update(min(_size(downloads), wheel.bytes) - bar.n)
        if pip.returncode == 0:
            bar.update(wheel.bytes - bar.n)
    if pip.returncode:
        errors = [line for line in output.splitlines() if line.startswith(("ERROR", "/"))]
        raise SourceFailed(f"pip could not download {requirement}: {(errors or ['it does not say why'])[-1]}")
    (archive,) = downloads.glob("*.whl")
    try:
        with zipfile.ZipFile(archive) as opened:
            for file in wheel.files:
                _extract(opened, file, into / wheel.place_of(file))
    except (zipfile.BadZipFile, KeyError) as error:
        raise SourceFailed(f"{requirement} is not the wheel that was promised.") from error
    shutil.rmtree(downloads)


def fetch_split_archive(archive: SplitArchive, into: Path, label: str, *, progress: bool) -> None:
    """Download the wheels of ``archive``, join their parts and put its pinned files into ``into``.

    ``progress`` shows a bar for each wheel on standard error. Raises ``SourceFailed`` as ``fetch_wheel`` does.
    """
    parts = into / "parts"
    parts.mkdir()
    joined = parts / "joined.zip"
    with joined.open("wb") as out:
        for number, wheel in enumerate(archive.parts, start=1):
            fetch_wheel(wheel, parts, f"{label} ({number} of {len(archive.parts)})", progress=progress)
            for file in wheel.files:
                with (parts / file.name).open("rb") as part:
                    shutil.copyfileobj(part, out, _CHUNK)
                (parts / file.name).unlink()  # so that the whole is on the disk once
    try:
        with zipfile.ZipFile(joined) as opened:
            for file in archive.files:
                _extract(opened, file, into / file.name)
    except (zipfile.BadZipFile, KeyError) as error:
        raise SourceFailed(f"The wheels of {label} do not make the archive that was promised.") from error
    shutil.rmtree(parts)


def _extract(archive: zipfile.ZipFile, file: PinnedFile, place: Path) -> None:
    digest = hashlib.sha256()
    place.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(file.path) as packed, place.open("wb") as out:
        while chunk := packed.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    if digest.hexdigest() != file.sha256:
        raise SourceFailed(f"{file.name} in the downloaded wheel is not the file that was promised (sha256).")


def _size(folder: Path) -> int:
    """Return the bytes of all files under ``folder``; files may disappear meanwhile."""
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

    A complete copy in the local hub cache is used without a network. Raises ``SourceFailed`` if the repository cannot
    be fetched, and ``UnsuitableModel`` if it has no safetensors.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        local = Path(
            snapshot_download(hub.repo, revision=hub.revision, allow_patterns=_HUB_FILES, local_files_only=True)
        )
        complete = any(local.glob("*.safetensors"))
    except LocalEntryNotFoundError:
        complete = False
    if complete or offline:
        if not complete:
            raise SourceFailed(f"{hub.repo} is not in the local hub cache, and the network is off.")
        # The local cache may hold other files of the repository, pickles among them.
        for file in local.iterdir():
            if file.is_file() and any(file.match(pattern) for pattern in _HUB_FILES):
                _link_or_copy(file.resolve(), into / file.name)
        return
    try:
        snapshot_download(hub.repo, revision=hub.revision, allow_patterns=_HUB_FILES, local_dir=into)
    except Exception as error:  # errors of the hub, of httpx and of the file system have no common parent
        raise SourceFailed(f"{hub.repo}@{hub.revision} could not be fetched from the hub: {error}") from error
    shutil.rmtree(into / ".cache", ignore_errors=True)
    if not any(into.glob("*.safetensors")):
        raise UnsuitableModel(f"{hub.repo} has no weights in safetensors, the only format that is loaded.")


def _link_or_copy(source: Path, target: Path) -> None:
    """Make a hard link, so that gigabytes are not stored twice; copy on a file system without links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
