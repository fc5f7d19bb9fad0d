"""The engines of a service: its writer, its encoder and its verifier, each behind the ``ServedModel`` protocol."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from standfirst.application.tokens import CountTokens, estimate_tokens
from standfirst.condensing.briefer import Briefer
from standfirst.condensing.ranker import Ranker
from standfirst.digesting.digester import Digester
from standfirst.domain.briefing import ModelStamp
from standfirst.grounding.index import Grounding
from standfirst.language.parser import SentenceParser
from standfirst_models.catalog import Role, Strategy
from standfirst_models.protocols.served_model import ServedModel, State
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.selection import Runtime

#: What runs a model: a runtime of this process, or a server with an OpenAI-compatible API.
ModelRuntime = Runtime | Literal["openai"]

#: Seconds between two checks of the engines' states.
_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """The status of an engine: the model's name, role and state, the revision of its weights, and its runtime."""

    name: str
    role: Role
    state: State
    revision: str
    runtime: ModelRuntime


@dataclass(frozen=True, slots=True)
class Engines:
    """The three engines, the revisions and runtimes of their models, grounding, and the ranker of the encoder.

    ``count_tokens`` counts as the writer's tokenizer does. ``strategy`` is how the writer drafts.
    """

    writer: ServedModel[Prompt, str]
    encoder: ServedModel[str, NDArray[np.float32]]
    verifier: ServedModel[Pair, Finding]
    writer_revision: str
    encoder_revision: str
    verifier_revision: str
    parser_revision: str
    runtime: ModelRuntime
    parser: SentenceParser
    grounding: Grounding
    encoder_runtime: Runtime = "torch"
    verifier_runtime: ModelRuntime = "torch"
    ranker: Ranker | None = None
    count_tokens: CountTokens = estimate_tokens
    strategy: Strategy = "shorten"

    @property
    def stamp(self) -> ModelStamp:
        """The stamp of the briefings that these engines make. Engines with the same stamp make the same briefings.

        Weights that were converted for a runtime have a revision of their own, so the hash of the revisions also
        stands for the runtimes of the encoder and the verifier.
        """
        revisions = f"{self.writer_revision} {self.encoder_revision} {self.verifier_revision} {self.parser_revision}"
        if self.ranker is not None:
            revisions += f" {self.ranker.revision}"
        revisions += f" {self.grounding.calibration} {self.strategy}"
        digest = hashlib.sha256(revisions.encode()).hexdigest()
        return ModelStamp(self.writer.name, self.encoder.name, digest[:12], self.runtime)

    def statuses(self) -> Iterator[EngineStatus]:
        """Yield the current status of each engine."""
        yield EngineStatus(self.writer.name, "writer", self.writer.state, self.writer_revision, self.runtime)
        yield EngineStatus(
            self.encoder.name, "encoder", self.encoder.state, self.encoder_revision, self.encoder_runtime
        )
        yield EngineStatus(
            self.verifier.name, "verifier", self.verifier.state, self.verifier_revision, self.verifier_runtime
        )

    def start(self) -> None:
        """Start loading the models, each in its own thread. Starting twice has no effect."""
        self.writer.start()  # first, because it takes longest
        self.encoder.start()
        self.verifier.start()
        self.parser.start()

    async def ready(self) -> None:
        """Wait until all models are loaded. Raises the error that ended the loading of one."""
        await self.encoder.ready()
        await self.verifier.ready()
        await asyncio.to_thread(self.parser.wait)
        await self.writer.ready()

    async def available(self) -> None:
        """Wait while a model is loading or away. Return also when one has failed: a request to it raises the error."""
        # Some engines change their state in a thread of their own, so the state is polled.
        while {status.state for status in self.statuses()} & {State.LOADING, State.AWAY}:  # noqa: ASYNC110
            await asyncio.sleep(_POLL_SECONDS)

    async def close(self) -> None:
        """Stop the engines. Requests that still wait raise ``EngineStopped``."""
        await asyncio.gather(self.writer.close(), self.verifier.close(), self.encoder.close())

    async def encode(self, texts: Sequence[str], *, patient: bool = False) -> NDArray[np.float32]:
        """Return the unit vectors of ``texts``. *Shape:* ``[texts] -> [texts, dimensions]``."""
        vectors = await self.encoder.submit(texts, patient=patient)
        return np.stack(vectors) if vectors else np.zeros((0, 0), dtype=np.float32)

    async def write(
        self, prompts: Sequence[Prompt], emit: Callable[[int, str], None], *, patient: bool = False
    ) -> list[str]:
        """Return one text per prompt. ``emit(index, text)`` is called as soon as each text is complete."""
        return await self.writer.submit(prompts, patient=patient, emit=emit)

    async def verify(self, pairs: Sequence[Pair], *, patient: bool = False) -> list[Finding]:
        """Return one finding per pair."""
        return await self.verifier.submit(pairs, patient=patient)

    def briefer(self, *, patient: bool) -> Briefer:
        """Return a briefer with these models. The requests of a ``patient`` one run when no others wait."""
        return Briefer(
            partial(self.encode, patient=patient),
            partial(self.write, patient=patient),
            partial(self.verify, patient=patient),
            self.stamp,
            self.grounding,
            self.ranker,
            self.strategy,
        )

    def digester(self) -> Digester:
        """Return a digester with these models. Its requests run when no others wait."""
        return Digester(partial(self.encode, patient=True), partial(self.verify, patient=True), self.grounding)
