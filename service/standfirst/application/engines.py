"""The engines: the writer, the encoder and the verifier of a service, from their names in the settings to ready."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from standfirst.condensing.briefer import Briefer
from standfirst.condensing.ranker import Ranker
from standfirst.digesting.digester import Digester
from standfirst.domain.briefing import ModelStamp
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache, Weights
from standfirst_models.catalog import (
    RANKER_ENCODER,
    RANKER_WEIGHTS,
    VERIFIER_ADAPTER,
    VERIFIER_ENCODER,
    ModelSpec,
    Role,
    resolve,
)
from standfirst_models.engine.engine import Engine
from standfirst_models.engine.roles import encoder_engine, verifier_engine, writer_engine
from standfirst_models.errors import SourceFailed
from standfirst_models.protocols.served_model import ServedModel, State
from standfirst_models.protocols.verifier import Finding, Pair, Verifier
from standfirst_models.protocols.writer import Prompt
from standfirst_models.remote.wire import SCHEME
from standfirst_models.remote.writer import open_remote
from standfirst_models.runtimes import Runtime, choose_runtime, load_encoder, load_verifier, load_writer

#: What runs a model: a runtime of this process, or a server that is asked as OpenAI's is.
RunBy = Runtime | Literal["openai"]

_log = logging.getLogger(__name__)

#: Seconds between looks at whether the models serve again.
_LOOK = 0.5


@dataclass(frozen=True, slots=True)
class Listed:
    """An engine as it is shown: its model's name, role, state, the revision of its weights, and what runs it."""

    name: str
    role: Role
    state: State
    revision: str
    runtime: RunBy


@dataclass(frozen=True, slots=True)
class Engines:
    """Three engines with what stamps the briefings that they make, and the ranker, if there is one for the encoder."""

    writer: ServedModel[Prompt, str]
    encoder: ServedModel[str, NDArray[np.float32]]
    verifier: ServedModel[Pair, Finding]
    writer_revision: str
    encoder_revision: str
    verifier_revision: str
    runtime: RunBy
    encoder_runtime: Runtime = "torch"
    verifier_runtime: Runtime = "torch"
    ranker: Ranker | None = None

    @property
    def stamp(self) -> ModelStamp:
        """Names, one hash of all revisions, and what runs the writer: others give other briefings.

        What is built for a runtime has a revision of its own, so the hash tells what runs the encoder and the verifier.
        """
        revisions = f"{self.writer_revision} {self.encoder_revision} {self.verifier_revision}"
        if self.ranker is not None:
            revisions += f" {self.ranker.revision}"
        digest = hashlib.sha256(revisions.encode()).hexdigest()
        return ModelStamp(self.writer.name, self.encoder.name, digest[:12], self.runtime)

    def listed(self) -> Iterator[Listed]:
        """Each engine as it is now."""
        yield Listed(self.writer.name, "writer", self.writer.state, self.writer_revision, self.runtime)
        yield Listed(self.encoder.name, "encoder", self.encoder.state, self.encoder_revision, self.encoder_runtime)
        yield Listed(self.verifier.name, "verifier", self.verifier.state, self.verifier_revision, self.verifier_runtime)

    def start(self) -> None:
        """Start loading the models, each in its thread."""
        self.writer.start()  # it takes longest
        self.encoder.start()
        self.verifier.start()

    async def ready(self) -> None:
        """Wait until all models are loaded. Raises what loading raised."""
        await self.encoder.ready()
        await self.verifier.ready()
        await self.writer.ready()

    async def serving(self) -> None:
        """Wait until no model is away or being loaded. Of one that never will be, who asks it is told."""
        # Looked at now and then: some engines change their state in a thread of their own.
        while {engine.state for engine in self.listed()} & {State.LOADING, State.AWAY}:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK)

    async def close(self) -> None:
        """Tell all who wait that it is over, and end the threads."""
        await asyncio.gather(self.writer.close(), self.verifier.close(), self.encoder.close())

    async def encode(self, texts: Sequence[str], *, patient: bool = False) -> NDArray[np.float32]:
        """Unit vectors of ``texts``. *Shape:* ``[texts] -> [texts, dimensions]``."""
        vectors = await self.encoder.submit(texts, patient=patient)
        return np.stack(vectors) if vectors else np.zeros((0, 0), dtype=np.float32)

    async def write(
        self, prompts: Sequence[Prompt], emit: Callable[[int, str], None], *, patient: bool = False
    ) -> list[str]:
        """One text for each prompt; ``emit`` is called with the number and text of each as soon as it is whole."""
        return await self.writer.submit(prompts, patient=patient, emit=emit)

    async def verify(self, pairs: Sequence[Pair], *, patient: bool = False) -> list[Finding]:
        """One finding for each pair."""
        return await self.verifier.submit(pairs, patient=patient)

    def briefer(self, *, patient: bool) -> Briefer:
        """A briefer with these models; what a ``patient`` one asks of them runs when nothing else waits."""
        return Briefer(
            partial(self.encode, patient=patient),
            partial(self.write, patient=patient),
            partial(self.verify, patient=patient),
            self.stamp,
            self.ranker,
        )

    def digester(self) -> Digester:
        """A digester with these models; what it asks of them runs when nothing else waits."""
        return Digester(partial(self.encode, patient=True), partial(self.verify, patient=True))


def open_engines(settings: Settings, *, progress: bool) -> Engines:
    """The engines that ``settings`` name, their weights verified, and fetched first where they must be.

    Nothing is loaded before ``start``. ``progress`` shows bars on standard error. Raises ``ModelError``s.
    """
    cache = ModelCache(settings.models_dir, offline=settings.offline, progress=progress)
    encoder = resolve(settings.encoder, "encoder")
    spec = None if settings.writer.startswith(SCHEME) else resolve(settings.writer, "writer")
    encoder_weights, encoder_runtime = ensure_model(encoder, settings, cache)
    writer, writer_revision, runtime = _remote(settings) if spec is None else _local(spec, settings, cache)
    verifier_weights, verifier_runtime = ensure_verifier(settings, cache)
    _log.info("the writer %s is run by %s, the encoder %s by %s", writer.name, runtime, encoder.name, encoder_runtime)
    return Engines(
        writer=writer,
        encoder=encoder_engine(encoder.name, lambda: load_encoder(encoder_weights.folder)),
        verifier=_verifier(verifier_weights),
        writer_revision=writer_revision,
        encoder_revision=encoder_weights.revision,
        verifier_revision=verifier_weights.revision,
        runtime=runtime,
        encoder_runtime=encoder_runtime,
        verifier_runtime=verifier_runtime,
        ranker=Ranker.load(RANKER_WEIGHTS) if encoder == resolve(RANKER_ENCODER, "encoder") else None,
    )


def _remote(settings: Settings) -> tuple[ServedModel[Prompt, str], str, RunBy]:
    """A writer behind a server, its revision, and what runs it."""
    key = settings.writer_key
    remote = open_remote(settings.writer, key.get_secret_value() if key else None)
    return remote, remote.revision, "openai"


def _local(spec: ModelSpec, settings: Settings, cache: ModelCache) -> tuple[ServedModel[Prompt, str], str, RunBy]:
    """A writer of this process, its revision, and what runs it."""
    weights, runtime = ensure_model(spec, settings, cache)
    return writer_engine(spec.name, lambda: load_writer(weights.folder)), weights.revision, runtime


def ensure_model(spec: ModelSpec, settings: Settings, cache: ModelCache) -> tuple[Weights, Runtime]:
    """The weights of a writer or an encoder, ready for what is to run it, and what that is. Raises ``ModelError``s."""
    return _made_ready(spec, spec.for_openvino(cache.locate(spec).revision), settings, cache)


def ensure_verifier(settings: Settings, cache: ModelCache) -> tuple[Weights, Runtime]:
    """Likewise of the verifier, whose revision is the encoder's and the adapter's together."""
    encoder = resolve(VERIFIER_ENCODER, "encoder")
    both = cache.locate(encoder).revision.encode() + VERIFIER_ADAPTER.read_bytes()
    revision = hashlib.sha256(both).hexdigest()[:12]
    weights, runtime = _made_ready(encoder, encoder.as_verifier(revision), settings, cache)
    return (weights if runtime == "openvino" else replace(weights, revision=revision)), runtime


def _made_ready(spec: ModelSpec, built: ModelSpec, settings: Settings, cache: ModelCache) -> tuple[Weights, Runtime]:
    """The weights of ``spec``, or where OpenVINO is to run them those ``built`` of them, and what runs them."""
    writer = cache.locate(spec).folder if spec.role == "writer" else None
    if choose_runtime(settings.runtime, writer) == "openvino":
        try:
            return cache.ensure(built), "openvino"
        except SourceFailed as error:
            if settings.runtime != "auto":
                raise
            _log.warning("%s is run by torch: %s", built.name, error)
    return cache.ensure(spec), "torch"


def open_verifier(settings: Settings, *, progress: bool) -> Engine[Verifier, Pair, Finding]:
    """The verifier alone, for who writes nothing; as ``open_engines`` has it."""
    cache = ModelCache(settings.models_dir, offline=settings.offline, progress=progress)
    return _verifier(ensure_verifier(settings, cache)[0])


def _verifier(weights: Weights) -> Engine[Verifier, Pair, Finding]:
    return verifier_engine("standfirst-verifier", lambda: load_verifier(weights.folder, VERIFIER_ADAPTER))
