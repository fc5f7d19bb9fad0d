"""The answers of a writer: how they arrive, and what one holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing

import pytest

from standfirst.condensing.drafting.answers import Answer, Write, parse_headline, parse_sentence, stream_answers
from standfirst_models.errors import PromptTooLong
from standfirst_models.protocols.writer import Prompt

PROMPTS = [Prompt("Shorten.", text, 44) for text in ("one", "two", "three")]


@pytest.mark.parametrize(
    ("answer", "draft"),
    [
        ("The bridge will close on Tuesday.", "The bridge will close on Tuesday."),
        ("Here is a summary: The bridge will close on Tuesday.", "The bridge will close on Tuesday."),
        ("- “The bridge will close on Tuesday.”", "The bridge will close on Tuesday."),
        ("The bridge will close on Tuesday. Buses will go", "The bridge will close on Tuesday."),
        ("the bridge will close on Tuesday.", "The bridge will close on Tuesday."),
        ("iPhones will be sold on Tuesday.", "iPhones will be sold on Tuesday."),
        ("The U.S. Senate voted on Mr. Lee’s bill. It…", "The U.S. Senate voted on Mr. Lee’s bill."),
    ],
)
def test_the_first_complete_sentence_of_an_answer_is_the_draft(answer: str, draft: str) -> None:
    assert parse_sentence(answer) == draft


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "…",
        "The bridge will close on",
        "The bridge will close on Tues…",
        "It closed.",
        "The bridge...",
        "Two planes are in hospital after two planes collided.",
    ],
)
def test_an_answer_that_is_cut_off_short_or_repetitive_has_no_draft(answer: str) -> None:
    assert parse_sentence(answer) is None


def test_a_headline_loses_its_full_stop() -> None:
    assert parse_headline("Harwick bridge to close for nine months.") == "Harwick bridge to close for nine months"


@pytest.mark.parametrize("answer", ["Harwick bridge to close for…", "Bridge closes", "word " * 16])
def test_a_headline_that_is_cut_off_or_of_the_wrong_length_is_none(answer: str) -> None:
    assert parse_headline(answer) is None


Report = Callable[[int, str], None]


def collected(write: Write, prompts: Sequence[Prompt] = PROMPTS) -> list[list[Answer]]:
    async def collect() -> list[list[Answer]]:
        return [batch async for batch in stream_answers(write, prompts)]

    return asyncio.run(collect())


def test_answers_that_the_writer_does_not_report_are_yielded_at_the_end() -> None:
    async def write(prompts: Sequence[Prompt], _: Report) -> list[str]:
        return [prompt.passage for prompt in prompts]

    assert collected(write) == [[(0, "one"), (1, "two"), (2, "three")]]


def test_a_reported_answer_is_yielded_before_the_others_are_written_and_only_once() -> None:
    async def write(prompts: Sequence[Prompt], report: Report) -> list[str]:
        report(1, "two")
        await asyncio.sleep(0.01)
        report(0, "one")
        report(2, "three")
        return [prompt.passage for prompt in prompts]

    assert collected(write) == [[(1, "two")], [(0, "one"), (2, "three")]]


def test_an_error_of_the_writer_is_raised() -> None:
    async def write(_: Sequence[Prompt], __: Report) -> list[str]:
        raise PromptTooLong("The prompt is too long.")

    with pytest.raises(PromptTooLong):
        collected(write)


def test_without_prompts_the_writer_is_not_called() -> None:
    async def write(_: Sequence[Prompt], __: Report) -> list[str]:
        raise AssertionError

    assert collected(write, []) == []


def test_closing_the_answers_cancels_the_writing() -> None:
    cancelled = asyncio.Event()

    async def write(_: Sequence[Prompt], report: Report) -> list[str]:
        report(0, "one")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return []

    async def close_early() -> None:
        async with aclosing(stream_answers(write, PROMPTS)) as batches:
            assert await anext(batches) == [(0, "one")]
        await asyncio.wait_for(cancelled.wait(), 1)

    asyncio.run(close_early())
