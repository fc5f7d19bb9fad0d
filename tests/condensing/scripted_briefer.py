"""A briefer with a scripted encoder, writer and verifier in this thread: no queue, and no weights but the parser's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from standfirst.condensing.briefer import Briefer
from standfirst.condensing.ranker import Ranker
from standfirst.domain.briefing import ModelStamp
from standfirst.grounding.index import Grounding
from standfirst_models.catalog import Strategy
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.protocols.writer import Prompt
from tests.embedded import embedded_grounding
from tests.models.scripted import ScriptedEncoder, ScriptedVerifier

STAMP = ModelStamp("scripted", "scripted", "1", "none")


async def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    return ScriptedEncoder().encode(texts, lambda: False)


async def verify(pairs: Sequence[Pair]) -> list[Finding]:
    return ScriptedVerifier().verify(pairs, lambda: False)


def scripted_briefer(
    answer: Callable[[Prompt], str] = lambda _: "",
    ranker: Ranker | None = None,
    grounding: Grounding | None = None,
    strategy: Strategy = "shorten",
) -> Briefer:
    """A briefer whose writer answers each prompt with ``answer``, and whose verifier backs every claim."""

    async def write(prompts: Sequence[Prompt], _: object) -> list[str]:
        return [answer(prompt) for prompt in prompts]

    return Briefer(encode, write, verify, STAMP, grounding or embedded_grounding(), ranker, strategy)
