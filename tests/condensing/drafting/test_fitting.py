"""What a writer reads of an article that is too long for it, and how its lines arrive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.condensing.drafting.answers import Write
from standfirst.condensing.drafting.fitting import fitting_text, shrinking_texts, write_about
from standfirst.condensing.source_sentence import SourceSentence
from standfirst.language.en.sentence_form import SentenceForm
from standfirst_models.errors import PromptTooLong
from standfirst_models.protocols.writer import Prompt


def sentence(index: int, words: int) -> SourceSentence:
    text = " ".join([f"s{index}", *["word"] * (words - 1)])
    return SourceSentence(index, text, words, SentenceForm.SELF_CONTAINED)


ARTICLE = [sentence(index, 10) for index in range(60)]
RANKED = [*ARTICLE[::-1]]


def test_an_article_that_fits_is_read_whole_in_its_order() -> None:
    assert fitting_text(RANKED, 600) == " ".join(sentence.text for sentence in ARTICLE)


def test_of_a_longer_one_the_opening_and_what_matters_most_is_read() -> None:
    text = fitting_text(RANKED, 45)
    assert text == " ".join(ARTICLE[index].text for index in (0, 1, 58, 59))


@given(st.lists(st.integers(1, 60), min_size=1, max_size=30), st.integers(0, 500))
def test_no_sentence_is_cut_and_the_words_are_kept_to(lengths: list[int], most: int) -> None:
    article = [sentence(index, words) for index, words in enumerate(lengths)]
    text = fitting_text(sorted(article, key=lambda one: -one.words), most)
    assert len(text.split()) <= most
    starts = [int(word[1:]) for word in text.split() if word != "word"]
    assert starts == sorted(starts)
    assert len(text.split()) == sum(lengths[index] for index in starts)


def test_a_short_article_is_tried_once() -> None:
    assert list(shrinking_texts(ARTICLE[:3], 2000)) == [" ".join(sentence.text for sentence in ARTICLE[:3])]


Report = Callable[[int, str], None]


def lines_of(write: Write) -> list[str]:
    async def collect() -> list[str]:
        return [line async for line in write_about(write, RANKED, 2000, lambda text: Prompt("Write.", text, 9))]

    return asyncio.run(collect())


def test_a_writer_that_cannot_read_the_article_gets_fewer_sentences() -> None:
    asked: list[int] = []

    async def write(prompts: Sequence[Prompt], _: Report) -> list[str]:
        asked.append(len(prompts[0].passage.split()))
        if asked[-1] > 250:
            raise PromptTooLong("The prompt is too long.")
        return ["A line.\nAnother."]

    assert lines_of(write) == ["A line.", "Another."]
    assert asked == [600, 450, 330, 250]


def test_an_article_that_never_fits_is_an_error() -> None:
    async def write(_: Sequence[Prompt], __: Report) -> list[str]:
        raise PromptTooLong("The prompt is too long.")

    with pytest.raises(PromptTooLong):
        lines_of(write)


def test_a_line_is_yielded_before_the_next_is_written_and_only_once() -> None:
    seen: list[str] = []

    async def write(_: Sequence[Prompt], report: Report) -> list[str]:
        report(0, "\nOne.\n")
        await asyncio.sleep(0.01)
        assert seen == ["One."]
        report(0, "\nOne.\nTwo.\n\nThree")
        report(0, "One.\nTwo.\n\nThree.")
        return ["One.\nTwo.\n\nThree."]

    async def collect() -> None:
        async for line in write_about(write, RANKED, 2000, lambda text: Prompt("Write.", text, 9)):
            seen.append(line)

    asyncio.run(collect())
    assert seen == ["One.", "Two.", "", "Three."]
