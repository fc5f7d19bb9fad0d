"""The catalog: which models there are, and from where each comes.

A model is named by the catalog, by a hub id ("owner/name", "owner/name@revision") or by a folder. Nothing is
fetched or read here but ``catalog.toml``.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from standfirst_models.errors import UnknownModel

Role = Literal["encoder", "verifier", "writer"]

#: The verifier is this encoder of the catalog, changed by an adapter that lies in this package.
VERIFIER_ENCODER = "all-minilm-l6-v2"
VERIFIER_ADAPTER = Path(__file__).parent / "weights" / "verifier.safetensors"

#: The ranker, which scores sentences, is right for the vectors of this encoder alone.
RANKER_ENCODER = "all-minilm-l6-v2"
RANKER_WEIGHTS = Path(__file__).parent / "weights" / "ranker.safetensors"

#: How often the way has changed in which a model of each role is built for OpenVINO: what was built before is not read.
_BUILDS: dict[Role, int] = {"encoder": 1, "verifier": 1, "writer": 2}

#: What a service takes up besides its writer's weights: torch, the other models, what runs.
_BESIDES = 800_000_000

_HUB_ID = re.compile(r"(?P<repo>[\w-][\w.-]*/[\w-][\w.-]*)(?:@(?P<revision>[\w.-]+))?", re.ASCII)

_NOT_IN_NAMES = re.compile(r"[^\w.-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """A file inside a wheel: where it lies there, how large it is, and what it must hash to."""

    path: str
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Wheel:
    """Files in a wheel of the package index that the user's pip asks; ``bytes`` is the wheel's size."""

    distribution: str
    version: str
    bytes: int
    files: tuple[PinnedFile, ...]


@dataclass(frozen=True, slots=True)
class Hub:
    """A repository of the Hugging Face hub, at a commit, tag or branch."""

    repo: str
    revision: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine that holds a model; it is used where it lies, and never written to."""

    path: Path


@dataclass(frozen=True, slots=True)
class Built:
    """A model that is built here out of the weights of another, and of an ``adapter`` if there is one.

    ``revision`` is of all that it is built out of; ``version`` counts up when the same is built into something else.
    """

    of: ModelSpec
    revision: str
    version: int
    adapter: Path | None = None


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model by name, what it is for, and from where it comes.

    ``adapter`` is a file of this package that its weights are changed by when it is fetched. ``licence`` is None where
    it is not known, and so is ``parameters``.
    """

    name: str
    role: Role
    source: Wheel | Hub | Folder | Built
    origin: str
    licence: str | None = None
    adapter: PinnedFile | None = None
    parameters: int | None = None

    @property
    def memory_bytes(self) -> int | None:
        """What a service with this model takes up in memory, near enough, where the processor has bf16."""
        return None if self.parameters is None else 2 * self.parameters + _BESIDES

    def for_openvino(self, revision: str) -> ModelSpec:
        """This model as OpenVINO runs it, built out of its weights of that ``revision``."""
        built = Built(self, revision, _BUILDS[self.role])
        return replace(self, name=f"{self.name}+openvino", source=built, adapter=None)

    def as_verifier(self, revision: str) -> ModelSpec:
        """The verifier as OpenVINO runs it, built out of this encoder and the adapter, which have this ``revision``."""
        # Named so that it goes when the encoder goes.
        built = Built(self, revision, _BUILDS["verifier"], VERIFIER_ADAPTER)
        return replace(self, name=f"{self.name}+openvino-verifier", role="verifier", source=built)

    @property
    def slot(self) -> str:
        """The name of the model's folder in the cache: another source or adapter is another folder."""
        if isinstance(self.source, Built):
            # What a model is built out of tells what it is; where that lies does not.
            pinned = f"{self.source.revision} {self.source.version}"
        else:
            pinned = repr(self.source) + (repr(self.adapter) if self.adapter else "")
        pin = hashlib.sha256(pinned.encode()).hexdigest()[:8]
        return _NOT_IN_NAMES.sub("--", self.name) + f"-{pin}"


@cache
def catalog() -> tuple[ModelSpec, ...]:
    """Every model of ``catalog.toml``."""
    listed = tomllib.loads((files("standfirst_models") / "catalog.toml").read_text(encoding="utf-8"))["model"]
    return tuple(
        ModelSpec(
            name=entry["name"],
            role=entry["role"],
            source=_source(entry),
            origin=entry["origin"],
            licence=entry["licence"],
            adapter=PinnedFile(**entry["adapter"]) if "adapter" in entry else None,
            parameters=entry["parameters"],
        )
        for entry in listed
    )


def _source(entry: dict[str, Any]) -> Wheel | Hub:
    if "hub" in entry:
        return Hub(**entry["hub"])
    return Wheel(**entry["wheel"], files=tuple(PinnedFile(**file) for file in entry["files"]))


def resolve(name: str, role: Role) -> ModelSpec:
    """The model that ``name`` means in ``role``: one of the catalog, an existing folder, or a hub id.

    Raises ``UnknownModel`` for anything else, and for a model of the catalog that has the other role.
    """
    for spec in catalog():
        if spec.name == name:
            if spec.role != role:
                raise UnknownModel(f"{name} is not a {role} but a {spec.role}.")
            return spec
    folder = Path(name).expanduser()
    if name.strip() and folder.is_dir():
        return ModelSpec(folder.resolve().name, role, Folder(folder.resolve()), origin=str(folder))
    hub = _HUB_ID.fullmatch(name)
    if hub and not name.startswith((".", "/", "~")):
        source = Hub(hub["repo"], hub["revision"] or "main")
        return ModelSpec(name, role, source, origin=hub["repo"])
    known = ", ".join(spec.name for spec in catalog() if spec.role == role)
    raise UnknownModel(f"There is no {role} named {name!r}. Take {known}, a hub id (owner/name), or a folder.")
