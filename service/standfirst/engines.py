"""The engines: the writer and the encoder that a service runs, from their names in the settings to ready."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from standfirst.briefing import ModelStamp
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve
from standfirst_models.encoder import Encoder
from standfirst_models.engine import Engine, encoding, writing
from standfirst_models.runtimes import load_encoder, load_writer
from standfirst_models.writer import Prompt, Writer

AnyEngine = Engine[Writer, Prompt, str] | Engine[Encoder, str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Engines:
    """Two engines with what stamps the briefings that they make."""

    writer: Engine[Writer, Prompt, str]
    encoder: Engine[Encoder, str, NDArray[np.float32]]
    writer_revision: str
    encoder_revision: str

    @property
    def stamp(self) -> ModelStamp:
        """Names, and one hash of both revisions: other weights give other briefings."""
        both = hashlib.sha256(f"{self.writer_revision} {self.encoder_revision}".encode()).hexdigest()
        return ModelStamp(self.writer.name, self.encoder.name, both[:12], runtime="torch")

    def listed(self) -> Iterator[tuple[Literal["writer", "encoder"], AnyEngine, str]]:
        """Each role with its engine and the revision of its weights."""
        yield "writer", self.writer, self.writer_revision
        yield "encoder", self.encoder, self.encoder_revision

    def start(self) -> None:
        """Start loading both models, each in its thread."""
        self.encoder.start()
        self.writer.start()

    async def ready(self) -> None:
        """Wait until both models are loaded. Raises what loading raised."""
        await self.encoder.ready()
        await self.writer.ready()

    async def close(self) -> None:
        """End both threads."""
        await self.writer.close()
        await self.encoder.close()

    async def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of ``texts``. *Shape:* ``[texts] -> [texts, dimensions]``."""
        vectors = await self.encoder.submit(texts)
        return np.stack(vectors) if vectors else np.zeros((0, 0), dtype=np.float32)

    async def write(self, prompts: Sequence[Prompt]) -> list[str]:
        """One text for each prompt."""
        return await self.writer.submit(prompts)


def open_engines(settings: Settings, *, progress: bool) -> Engines:
    """The engines that ``settings`` name, their weights verified, and fetched first where they must be.

    Nothing is loaded before ``start``. ``progress`` shows bars on standard error. Raises ``ModelError``s.
    """
    cache = ModelCache(settings.models_dir, offline=settings.offline, progress=progress)
    encoder, writer = resolve(settings.encoder, "encoder"), resolve(settings.writer, "writer")
    encoder_weights, writer_weights = cache.ensure(encoder), cache.ensure(writer)
    return Engines(
        writer=writing(writer.name, lambda: load_writer(writer_weights.folder), queue=settings.queue_size),
        encoder=encoding(encoder.name, lambda: load_encoder(encoder_weights.folder), queue=settings.queue_size),
        writer_revision=writer_weights.revision,
        encoder_revision=encoder_weights.revision,
    )
