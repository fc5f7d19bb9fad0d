"""Drafts of a whole article: what a writer composes, or its summary, line by line."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from standfirst.condensing.drafting.answers import Write
from standfirst.condensing.drafting.composing import Line, compose_prompt, parse_line
from standfirst.condensing.drafting.fitting import write_about
from standfirst.condensing.drafting.summarizing import parse_summary, summary_prompt
from standfirst.condensing.source_sentence import SourceSentence

#: The most words of an article that a chat model reads. With instruction and answer they take 3,500 tokens or fewer:
#: Ollama has a context of 4,096 by default and cuts longer prompts without a word.
_COMPOSE_WORDS = 1_800
#: The most words that a summarizer reads: LED takes 16,384 tokens. Others get fewer.
_SUMMARIZE_WORDS = 6_000


async def compose(
    write: Write, title: str | None, ranked: Sequence[SourceSentence], points: int
) -> AsyncGenerator[Line]:
    """Yield what the writer composes of an article, line by line. ``ranked`` are its sentences, the best first.

    Raises ``PromptTooLong`` if it can read none of them, and what ``write`` raises.
    """
    prompts = write_about(write, ranked, _COMPOSE_WORDS, lambda text: compose_prompt(title, text, points))
    async with aclosing(prompts) as lines:
        async for line in lines:
            yield parse_line(line)


async def summarize(write: Write, ranked: Sequence[SourceSentence]) -> AsyncGenerator[Line]:
    """Yield the sentences of the summary that the writer writes of an article. Raises as ``compose`` does."""
    async with aclosing(write_about(write, ranked, _SUMMARIZE_WORDS, summary_prompt)) as lines:
        async for line in lines:
            yield Line(None, tuple(parse_summary(line)))
