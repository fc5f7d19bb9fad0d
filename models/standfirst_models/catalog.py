"""The catalog: the known models and the source of each.

A model's name is a name in the catalog, a hub id ("owner/name" or "owner/name@revision") or the path of a folder. This
module reads only ``catalog.toml`` and fetches nothing.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from standfirst_models.errors import UnknownModel

Role = Literal["encoder", "verifier", "writer", "analysis"]

#: The format in which a sequence classifier reads evidence and a claim: as two texts, as NLI models do, or as one text
#: in the way of MiniCheck or of FactCG.
PairFormat = Literal["pair", "minicheck", "factcg"]

#: How a writer drafts: it shortens one sentence at a time, composes a briefing of a whole article, or summarizes it.
Strategy = Literal["shorten", "compose", "summarize"]

#: The verifier is this encoder of the catalog, changed by an adapter in this package.
VERIFIER_ENCODER = "all-minilm-l6-v2"
VERIFIER_ADAPTER = Path(__file__).parent / "weights" / "verifier.safetensors"
#: The name of that verifier.
EMBEDDED_VERIFIER = "standfirst-verifier"

#: The spaCy pipeline that parses English sentences.
ENGLISH_PARSER = "en-core-web-sm"

#: The ranker, which scores sentences, is trained on the vectors of this encoder.
RANKER_ENCODER = "all-minilm-l6-v2"
RANKER_WEIGHTS = Path(__file__).parent / "weights" / "ranker.safetensors"
#: The classifier of paragraphs, which tells the story from its publisher.
PARAGRAPH_WEIGHTS = Path(__file__).parent / "weights" / "paragraphs.safetensors"

#: The version of the build for OpenVINO of each role. A new version makes older builds in the cache unused.
_BUILD_VERSIONS: dict[Role, int] = {"encoder": 1, "verifier": 1, "writer": 2}

#: The memory of a service besides its writer's weights, in bytes: torch, the other models, requests.
_OTHER_MEMORY = 800_000_000

_HUB_ID = re.compile(r"(?P<repo>[\w-][\w.-]*/[\w-][\w.-]*)(?:@(?P<revision>[\w.-]+))?", re.ASCII)

_NOT_IN_FOLDER_NAMES = re.compile(r"[^\w.-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """A file in a wheel or in this package: its path there, its size in bytes and its SHA-256."""

    path: str
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Wheel:
    """Files in a wheel on the package index of the user's pip. ``bytes`` is the size of the wheel.

    ``root`` is a folder of the wheel whose tree is kept; without one the files of a model lie in one folder.
    """

    distribution: str
    version: str
    bytes: int
    files: tuple[PinnedFile, ...]
    #: Not in the representation, from which the names of the folders in the cache are derived.
    root: str | None = field(default=None, repr=False)

    def place_of(self, file: PinnedFile) -> str:
        """Return the path of ``file`` in the model's folder."""
        return file.name if self.root is None else file.path.removeprefix(f"{self.root}/")


@dataclass(frozen=True, slots=True)
class SplitArchive:
    """Files in a zip archive that is split over several wheels. Each wheel has one part, in this order."""

    parts: tuple[Wheel, ...]
    files: tuple[PinnedFile, ...]


@dataclass(frozen=True, slots=True)
class Hub:
    """A repository of the Hugging Face hub, at a commit, tag or branch."""

    repo: str
    revision: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder on this machine with a model. It is used in place and never written to."""

    path: Path


@dataclass(frozen=True, slots=True)
class Built:
    """A build for OpenVINO, from the model ``of`` and ``adapter`` if there is one.

    ``revision`` is the revision of both together; ``version`` is the version of the build.
    """

    of: ModelSpec
    revision: str
    version: int
    adapter: Path | None = None


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model: its name, role and source.

    ``origin`` says whose model it is. ``adapter`` is a file of this package that changes the weights: a writer's when
    they are fetched, a verifier's when they are loaded. A verifier without one is a sequence classifier. ``licence``,
    ``parameters`` and a writer's ``strategy`` are None if they are not known.
    """

    name: str
    role: Role
    source: Wheel | SplitArchive | Hub | Folder | Built
    origin: str
    licence: str | None = None
    adapter: PinnedFile | None = None
    parameters: int | None = None
    strategy: Strategy | None = None

    @property
    def memory_bytes(self) -> int | None:
        """The approximate memory of a service with this model in bf16, in bytes; None if it is not known."""
        return None if self.parameters is None else 2 * self.parameters + _OTHER_MEMORY

    def for_openvino(self, revision: str) -> ModelSpec:
        """Return the build of this model for OpenVINO, from weights of this ``revision``."""
        adapter = self.adapter_path if self.role == "verifier" else None
        built = Built(self, revision, _BUILD_VERSIONS[self.role], adapter)
        return replace(self, name=f"{self.name}+openvino", source=built, adapter=None)

    def as_verifier(self, revision: str) -> ModelSpec:
        """Return the build of the verifier for OpenVINO. ``revision`` is that of this encoder and the adapter."""
        # The cache finds it by this name, and removes it with the encoder.
        built = Built(self, revision, _BUILD_VERSIONS["verifier"], VERIFIER_ADAPTER)
        return replace(self, name=f"{self.name}+openvino-verifier", role="verifier", source=built)

    @property
    def pair_format(self) -> PairFormat:
        """The format that a sequence classifier reads. No config names it, so it is known from the model's name."""
        name = self.name.casefold()
        return "factcg" if "factcg" in name else "minicheck" if "minicheck" in name else "pair"

    @property
    def adapter_path(self) -> Path | None:
        """The path of the adapter, if there is one."""
        return None if self.adapter is None else Path(__file__).parent / self.adapter.path

    @property
    def folder_name(self) -> str:
        """The name of the model's folder in the cache; another source or merged adapter gives another name."""
        if isinstance(self.source, Built):
            # The revision identifies what a build is made from, wherever that lies.
            source = f"{self.source.revision} {self.source.version}"
        else:
            # This ties the names of folders in every cache to the names of these classes and their fields.
            merged = self.adapter if self.role == "writer" else None
            source = repr(self.source) + (repr(merged) if merged else "")
        digest = hashlib.sha256(source.encode()).hexdigest()[:8]
        return _NOT_IN_FOLDER_NAMES.sub("--", self.name) + f"-{digest}"


@cache
def catalog() -> tuple[ModelSpec, ...]:
    """Return every model of ``catalog.toml``."""
    listed = tomllib.loads((files("standfirst_models") / "catalog.toml").read_text(encoding="utf-8"))["model"]
    return tuple(
        ModelSpec(
            name=entry["name"],
            role=entry["role"],
            source=_source(entry),
            origin=entry["origin"],
            licence=entry["licence"],
            adapter=PinnedFile(**entry["adapter"]) if "adapter" in entry else None,
            parameters=entry.get("parameters"),
            strategy=entry.get("strategy"),
        )
        for entry in listed
    )


def _source(entry: dict[str, Any]) -> Wheel | SplitArchive | Hub:
    if "hub" in entry:
        return Hub(**entry["hub"])
    files = tuple(PinnedFile(**file) for file in entry["files"])
    if "parts" in entry:
        parts = (Wheel(**part["wheel"], files=(PinnedFile(**part["file"]),)) for part in entry["parts"])
        return SplitArchive(tuple(parts), files)
    return Wheel(**entry["wheel"], files=files)


def resolve(name: str, role: Role) -> ModelSpec:
    """Return the model that ``name`` stands for: one of the catalog, an existing folder, or a hub id.

    Raises ``UnknownModel`` for any other name, and for a model of the catalog with another role.
    """
    for spec in catalog():
        if spec.name == name:
            if spec.role != role:
                raise UnknownModel(f"{name} is no {role}: its role is {spec.role}.")
            return spec
    folder = Path(name).expanduser()
    if name.strip() and folder.is_dir():
        return ModelSpec(folder.resolve().name, role, Folder(folder.resolve()), origin=str(folder))
    hub = _HUB_ID.fullmatch(name)
    if hub and not name.startswith((".", "/", "~")):
        source = Hub(hub["repo"], hub["revision"] or "main")
        return ModelSpec(name, role, source, origin=hub["repo"])
    names = [spec.name for spec in catalog() if spec.role == role]
    known = ", ".join([EMBEDDED_VERIFIER, *names] if role == "verifier" else names)
    raise UnknownModel(f"There is no {role} named {name!r}. Take {known}, a hub id (owner/name), or a folder.")
