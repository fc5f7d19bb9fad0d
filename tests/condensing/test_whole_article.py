"""Briefings that a writer drafts of a whole article, with scripted models: composed, and of a summary."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from standfirst.condensing.briefer import Briefer
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, Options, PlacedSentence, placed_sentences
from standfirst.reading.text import read_text
from standfirst_models.catalog import Strategy
from standfirst_models.errors import PromptTooLong
from standfirst_models.protocols.writer import Prompt
from tests.api.scripted_service import STORY
from tests.condensing.scripted_briefer import STAMP, encode, scripted_briefer, verify
from tests.embedded import embedded_grounding

ARTICLE = read_text(STORY)
OPTIONS = Options(points=2, max_words=70)

HEADLINE = "Harwick council voted to close Old Mill bridge"
NEWS = "Harwick council voted to close the Old Mill bridge for nine months."
COST = "The work will cost £2.4m."
BUSES = "Buses 4 and 11 will be sent over the ring road."
FALSE = "Buses 5 and 12 will be sent over the ring road."
ANSWER = f"HEADLINE: {HEADLINE}\nSTANDFIRST: {NEWS}\nPOINT: {BUSES}\nPOINT: {COST}"


def brief(
    answer: str, strategy: Strategy = "compose", options: Options = OPTIONS, article: Article = ARTICLE
) -> Briefing:
    briefing, _ = asyncio.run(scripted_briefer(lambda _: answer, strategy=strategy).brief(article, options))
    return briefing


def body(briefing: Briefing) -> list[str]:
    return [sentence.text for sentence in (*briefing.standfirst, *briefing.points)]


def test_a_composed_briefing_is_shown_in_the_writers_order_with_its_headline() -> None:
    briefing = brief(ANSWER)
    assert body(briefing) == [NEWS, BUSES, COST], "the writer's order"
    assert {sentence.origin for sentence in (*briefing.standfirst, *briefing.points)} == {"written"}
    assert briefing.headline is not None
    assert (briefing.headline.text, briefing.headline.origin) == (HEADLINE, "written")
    assert briefing.refused == ()


def test_the_title_is_a_better_headline_than_a_draft() -> None:
    briefing = brief(ANSWER, article=read_text(STORY, title="Harwick bridge to be closed for nine months"))
    assert briefing.headline is not None
    assert briefing.headline.text == "Harwick bridge to be closed for nine months"


def test_what_is_refused_is_replaced_by_sentences_of_the_article() -> None:
    briefing = brief(ANSWER.replace(BUSES, FALSE))
    assert [draft.text for draft in briefing.refused] == [FALSE]
    assert {NEWS, COST} < set(body(briefing))
    (other,) = (sentence for sentence in briefing.points if sentence.text != COST)
    assert other.origin in ("quoted", "shortened")


def test_what_is_refused_is_left_out_if_it_is_to_be_dropped() -> None:
    briefing = brief(ANSWER.replace(BUSES, FALSE), options=Options(points=2, max_words=70, on_unsupported="drop"))
    assert body(briefing) == [NEWS, COST]


def test_what_is_refused_is_shown_with_its_problems_if_it_is_to_be_flagged() -> None:
    briefing = brief(ANSWER.replace(BUSES, FALSE), options=Options(points=2, max_words=70, on_unsupported="flag"))
    (flagged,) = (sentence for sentence in briefing.points if sentence.text == FALSE)
    assert flagged.problems


def test_points_beyond_the_limits_and_repetitions_are_left_out() -> None:
    repeated = ANSWER.replace(f"POINT: {BUSES}", f"POINT: {NEWS}\nPOINT: {NEWS}\nPOINT: {BUSES}")
    briefing = brief(f"{repeated}\nPOINT: Shopkeepers had asked for the work to be done at night.")
    assert body(briefing) == [NEWS, BUSES, COST]
    short = brief(ANSWER, options=Options(points=2, max_words=20))
    assert body(short)[0] == NEWS
    assert sum(len(text.split()) for text in body(short)) <= 20


@pytest.mark.parametrize("answer", ["", "I cannot help with that.", "{}", "POINT: It will be closed.", "…"])
def test_without_usable_lines_the_briefing_is_of_the_articles_sentences(answer: str) -> None:
    briefing = brief(answer)
    assert len(body(briefing)) > 1
    assert not any(sentence.origin == "written" for sentence in (*briefing.standfirst, *briefing.points))


def test_the_sentences_of_a_summary_are_candidates() -> None:
    shorter = STORY.split(". ")[0].replace(" to all traffic", "") + "."
    briefing = brief(f"{shorter} {FALSE} The work will cost £2.4m , says the council . It is", "summarize")
    assert shorter in body(briefing)
    assert FALSE not in body(briefing)
    assert FALSE in [draft.text for draft in briefing.refused]


def test_the_whole_article_is_sent_once_with_its_title() -> None:
    asked: list[Prompt] = []

    def answer(prompt: Prompt) -> str:
        asked.append(prompt)
        return ANSWER

    article = read_text(STORY, title="A title")
    asyncio.run(scripted_briefer(answer, strategy="compose").brief(article, OPTIONS))
    assert [prompt.passage for prompt in asked] == [f"A title\n\n{STORY}"]
    asked.clear()
    asyncio.run(scripted_briefer(answer, strategy="summarize").brief(article, OPTIONS))
    assert [prompt.passage for prompt in asked] == [STORY]


def test_the_writer_is_asked_nothing_where_the_article_is_quoted_whole_or_is_in_another_language() -> None:
    def answer(_: Prompt) -> str:
        raise AssertionError

    briefer = scripted_briefer(answer, strategy="compose")
    asyncio.run(briefer.brief(ARTICLE, Options(points=9, max_words=400)))
    asyncio.run(briefer.brief(replace(ARTICLE, language="de"), OPTIONS))


def test_a_writer_that_can_read_nothing_of_the_article_leaves_it_to_the_sentences() -> None:
    def answer(_: Prompt) -> str:
        raise PromptTooLong("The prompt is too long.")

    briefing, _ = asyncio.run(scripted_briefer(answer, strategy="compose").brief(ARTICLE, OPTIONS))
    assert len(body(briefing)) > 1


def test_a_sentence_is_emitted_before_the_next_is_written_and_only_once() -> None:
    emitted: list[PlacedSentence] = []

    async def write(_: Sequence[Prompt], emit: Callable[[int, str], None]) -> list[str]:
        emit(0, f"STANDFIRST: {NEWS}\n")
        while not emitted:
            await asyncio.sleep(0.01)
        return [f"STANDFIRST: {NEWS}\nPOINT: {FALSE}\nPOINT: {COST}"]

    briefer = Briefer(encode, write, verify, STAMP, embedded_grounding(), strategy="compose")
    briefing, _ = asyncio.run(asyncio.wait_for(briefer.brief(ARTICLE, OPTIONS, emitted.append), 60))
    assert (emitted[0].sentence.text, emitted[0].section) == (NEWS, "standfirst")
    assert sorted(emitted, key=str) == sorted(placed_sentences(briefing), key=str)


def test_lines_that_arrived_before_the_deadline_are_shown() -> None:
    async def write(_: Sequence[Prompt], emit: Callable[[int, str], None]) -> list[str]:
        emit(0, f"STANDFIRST: {NEWS}\n")
        await asyncio.sleep(60)
        raise AssertionError

    briefer = Briefer(encode, write, verify, STAMP, embedded_grounding(), strategy="compose")
    briefing, _ = asyncio.run(briefer.brief(ARTICLE, OPTIONS, deadline=time.monotonic() + 3))
    assert body(briefing)[0] == NEWS
    assert not briefing.coverage.complete
