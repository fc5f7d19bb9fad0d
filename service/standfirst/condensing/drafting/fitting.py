"""Fitting an article into a writer's context: the whole, or the sentences that matter most, but no sentence is cut."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing

from standfirst.condensing.drafting.answers import Write, stream_answers
from standfirst.condensing.source_sentence import SourceSentence
from standfirst_models.errors import PromptTooLong
from standfirst_models.protocols.writer import Prompt

#: The part of the words that is tried next where a prompt is too long, and the fewest words that are tried.
_NEXT, _FEWEST = 0.75, 100
#: The number of sentences at the article's beginning that are never left out: they say who everyone is.
_OPENING = 2


def fitting_text(ranked: Sequence[SourceSentence], words: int) -> str:
    """Return the sentences of an article that have at most ``words`` words together, in the article's order.

    ``ranked`` are all of them, those that matter most first. The opening comes before what matters more.
    """
    opening = [sentence for sentence in ranked if sentence.index < _OPENING]
    chosen: list[SourceSentence] = []
    for sentence in [*opening, *(sentence for sentence in ranked if sentence.index >= _OPENING)]:
        if sentence.words <= words:
            chosen.append(sentence)
            words -= sentence.words
    return " ".join(sentence.text for sentence in sorted(chosen, key=lambda sentence: sentence.index))


def shrinking_texts(ranked: Sequence[SourceSentence], most: int) -> Iterator[str]:
    """Yield the article as ``fitting_text`` does: first with at most ``most`` words, then with ever fewer."""
    words: float = min(most, sum(sentence.words for sentence in ranked))
    yield fitting_text(ranked, int(words))
    while (words := words * _NEXT) >= _FEWEST:
        yield fitting_text(ranked, int(words))


async def write_about(
    write: Write, ranked: Sequence[SourceSentence], most: int, prompt: Callable[[str], Prompt]
) -> AsyncGenerator[str]:
    """Yield what the writer writes about an article, a line each as soon as it has ended.

    ``prompt`` makes a prompt of the article's text. If the writer cannot read it, it gets fewer sentences. Raises
    ``PromptTooLong`` if it can read none, and what ``write`` raises.
    """
    too_long: PromptTooLong | None = None
    for text in shrinking_texts(ranked, most):
        try:
            async with aclosing(_lines(write, prompt(text))) as lines:
                async for line in lines:
                    yield line
            return
        except PromptTooLong as error:
            too_long = error
    if too_long is not None:
        raise too_long


async def _lines(write: Write, prompt: Prompt) -> AsyncGenerator[str]:
    yielded, text = 0, ""
    async with aclosing(stream_answers(write, [prompt])) as batches:
        async for batch in batches:
            text = batch[-1][1].lstrip()  # white space before a text goes only once it has ended
            *complete, _ = text.split("\n")
            for line in complete[yielded:]:
                yield line
            yielded = max(yielded, len(complete))
    for line in text.split("\n")[yielded:]:
        yield line
