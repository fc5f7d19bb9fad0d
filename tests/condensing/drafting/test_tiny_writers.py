"""What writers of every architecture read of an article that is too long for them: tiny ones with random weights."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
import torch

from standfirst.condensing.drafting.answers import Write
from standfirst.condensing.drafting.composing import Line
from standfirst.condensing.drafting.whole_article import compose, summarize
from standfirst.condensing.source_sentence import source_sentences_of
from standfirst.reading.text import read_text
from standfirst_models.engine.engine import Engine
from standfirst_models.engine.roles import writer_engine
from standfirst_models.protocols.writer import Prompt, Writer
from standfirst_models.runtimes.torch.loading import load_writer
from tests.models import tiny

pytestmark = pytest.mark.model

#: 260 sentences of 11 words.
SENTENCES = source_sentences_of(read_text(" ".join([tiny.CORPUS[0], tiny.CORPUS[1]] * 130)))
BUILDERS: dict[str, Callable[[Path], Path]] = {
    "llama": partial(tiny.save_llama, positions=1024),
    "bart": tiny.save_bart,
    "pegasus": tiny.save_pegasus,
    "led": tiny.save_led,
    "t5": tiny.save_t5,
}


@pytest.mark.parametrize("architecture", BUILDERS)
def test_of_a_long_article_every_architecture_reads_whole_sentences_that_fit(architecture: str, tmp_path: Path) -> None:
    model = load_writer(BUILDERS[architecture](tmp_path), device="cpu", dtype=torch.float32)
    engine = writer_engine(architecture, lambda: model)
    read: list[Prompt] = []

    async def write(prompts: Sequence[Prompt], emit: Callable[[int, str], None]) -> list[str]:
        texts = await engine.submit(prompts, emit=emit)
        read.extend(prompts)
        return texts

    drafts = partial(compose, title=None, points=1) if architecture == "llama" else summarize
    asyncio.run(_drafted(engine, drafts, write))
    (prompt,) = read
    assert model.count_tokens(prompt) <= model.most_tokens(prompt)
    assert 100 <= len(prompt.passage.split()) < 260 * 11
    assert all(sentence + "." in {s.text for s in SENTENCES} for sentence in prompt.passage.rstrip(".").split(". "))


async def _drafted(
    engine: Engine[Writer, Prompt, str], drafts: Callable[..., AsyncGenerator[Line]], write: Write
) -> list[Line]:
    engine.start()
    try:
        await engine.ready()
        return [line async for line in drafts(write=write, ranked=SENTENCES)]
    finally:
        await engine.close()
