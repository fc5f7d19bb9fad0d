"""The briefer with scripted models: what is asked of the writer, what is shown, and what the deadline does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from standfirst.condensing.briefer import Briefer
from standfirst.condensing.ranker import Ranker
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, Options, PlacedSentence, placed_sentences
from standfirst.errors import InvalidRequest, TimedOut
from standfirst.grounding.registry import ENGLISH
from standfirst.reading.text import read_text
from standfirst_models.catalog import RANKER_WEIGHTS
from standfirst_models.errors import PromptTooLong
from standfirst_models.protocols.writer import Prompt
from tests.api.scripted_service import STORY
from tests.condensing.scripted_briefer import STAMP, encode, scripted_briefer, verify
from tests.embedded import embedded_grounding

ARTICLE = read_text(STORY)
OPTIONS = Options(points=2)


def brief(
    briefer: Briefer, article: Article = ARTICLE, options: Options = OPTIONS, deadline: float | None = None
) -> Briefing:
    briefing, _ = asyncio.run(briefer.brief(article, options, deadline=deadline))
    return briefing


async def write_nothing(prompts: Sequence[Prompt], _: object) -> list[str]:
    return [""] * len(prompts)


def body(briefing: Briefing) -> list[str]:
    return [sentence.text for sentence in (*briefing.standfirst, *briefing.points)]


def shortened(prompt: Prompt) -> str:
    """The passage without words that say little: a true sentence, and no headline."""
    return "" if "headline" in prompt.instruction else prompt.passage.replace(" in Mill Street", "")


def test_sentences_are_shown_in_the_articles_order_within_both_limits() -> None:
    briefing = brief(scripted_briefer(), options=Options(points=3, max_words=60))
    positions = [sentence.sources[0].start for sentence in (*briefing.standfirst, *briefing.points)]
    assert positions == sorted(positions)
    assert len(briefing.standfirst) == 1
    assert len(briefing.points) <= 3
    assert sum(len(text.split()) for text in body(briefing)) <= 60


def test_a_draft_that_is_backed_and_says_most_for_its_words_is_written() -> None:
    points = brief(scripted_briefer(shortened), options=Options(points=4)).points
    [written] = [point for point in points if point.origin == "written"]
    assert written.text == "Shopkeepers had asked for the work to be done at night, with one lane kept open."


def test_a_lead_that_does_not_fit_is_cut_to_its_main_clause() -> None:
    lead = (
        "A man who drove a van into a crowd outside a church in Felden, killing two people and hurting 14, has been "
        "jailed for life with a minimum term of 38 years."
    )
    others = (
        "He had bought the van a week before. The hospital in Felden treated 14 people for weeks. The church has been "
        "closed since the day of the attack. The bishop said that it would open in June."
    )
    [shown] = brief(scripted_briefer(), read_text(f"{lead} {others}"), Options(points=0, max_words=15)).standfirst
    assert shown.text == "A man has been jailed for life with a minimum term of 38 years."
    assert shown.origin == "shortened"


@pytest.mark.parametrize(
    ("lead", "headlines"),
    [("Rain fell on the town of Harwick.", 0), ("Rain fell on Harwick: its streets were under water.", 1)],
)
def test_the_writer_is_asked_for_long_points_and_for_a_headline_where_syntax_makes_none(
    lead: str, headlines: int
) -> None:
    asked: list[Prompt] = []

    def answer(prompt: Prompt) -> str:
        asked.append(prompt)
        return ""

    brief(scripted_briefer(answer), read_text(f"{lead} {STORY}"), Options(points=5))
    passages = [prompt.passage for prompt in asked if "headline" not in prompt.instruction]
    assert all(len(passage.split()) >= 15 for passage in passages)
    assert sum("headline" in prompt.instruction for prompt in asked) == headlines


def test_the_title_is_the_headline() -> None:
    briefing = brief(scripted_briefer(), replace(ARTICLE, title="Bridge to close"))
    assert briefing.headline
    assert (briefing.headline.text, briefing.headline.origin) == ("Bridge to close", "quoted")


@pytest.mark.parametrize(
    ("article", "options"),
    [(ARTICLE, Options(points=10, max_words=500)), (replace(ARTICLE, language="de"), OPTIONS)],
    ids=["an article that fits whole", "another language"],
)
def test_the_writer_is_asked_nothing_where_everything_is_quoted(article: Article, options: Options) -> None:
    def answer(_: Prompt) -> str:
        raise AssertionError

    briefing = brief(scripted_briefer(answer), article, options)
    assert {sentence.origin for sentence in (*briefing.standfirst, *briefing.points)} == {"quoted"}


def test_an_article_that_fits_is_quoted_whole() -> None:
    briefing = brief(scripted_briefer(), options=Options(points=10, max_words=500))
    assert body(briefing) == [sentence.text for sentence in ARTICLE.sentences]


def test_a_shorter_form_of_the_lead_is_shown_where_the_whole_does_not_fit() -> None:
    first = "The council of Harwick, which owns it and a ferry, voted to close the bridge to all traffic for a year."
    article = read_text(first + STORY[STORY.index(" The work will") :])
    briefing = brief(scripted_briefer(), article, Options(points=3, max_words=18))
    [shorter] = [sentence for sentence in briefing.standfirst if sentence.sources[0].text == first]
    assert (shorter.origin, shorter.text) == (
        "shortened",
        "The council of Harwick voted to close the bridge to all traffic for a year.",
    )


def test_every_sentence_of_the_briefing_was_emitted() -> None:
    emitted: list[PlacedSentence] = []
    briefing, _ = asyncio.run(scripted_briefer(shortened).brief(ARTICLE, OPTIONS, emitted.append))
    assert sorted(map(repr, emitted)) == sorted(map(repr, placed_sentences(briefing)))


def test_a_prompt_that_is_too_long_leaves_the_sentences_without_drafts() -> None:
    async def write(_: Sequence[Prompt], __: object) -> list[str]:
        raise PromptTooLong("The prompt is too long.")

    briefing = brief(Briefer(encode, write, verify, STAMP, embedded_grounding()))
    assert "written" not in {sentence.origin for sentence in (*briefing.standfirst, *briefing.points)}
    assert briefing.coverage.complete


def test_what_is_not_written_at_the_deadline_is_shown_without_the_writer() -> None:
    async def write(_: Sequence[Prompt], __: object) -> list[str]:
        await asyncio.sleep(60)
        return []

    briefing = brief(Briefer(encode, write, verify, STAMP, embedded_grounding()), deadline=time.monotonic() + 0.5)
    assert "written" not in {sentence.origin for sentence in (*briefing.standfirst, *briefing.points)}
    assert not briefing.coverage.complete


def test_a_deadline_before_the_selection_is_an_error() -> None:
    async def encode_slowly(_: Sequence[str]) -> NDArray[np.float32]:
        await asyncio.sleep(60)
        raise AssertionError

    briefer = Briefer(encode_slowly, write_nothing, verify, STAMP, embedded_grounding())
    with pytest.raises(TimedOut):
        brief(briefer, deadline=time.monotonic() + 0.1)


def test_a_limit_that_no_sentence_fits_is_an_error() -> None:
    with pytest.raises(InvalidRequest, match="max_words"):
        brief(scripted_briefer(), options=Options(max_words=3))


@pytest.mark.parametrize(("language", "is_ranked"), [("en", True), (None, True), ("de", False)])
def test_the_ranker_is_used_for_english_and_for_unknown_languages(language: str | None, is_ranked: bool) -> None:
    ranker = Ranker.load(RANKER_WEIGHTS)
    # A ranker for which the last sentence is the most important.
    skip = np.zeros_like(ranker.skip)
    skip[2] = 1
    late = replace(ranker, skip=skip, output=np.zeros_like(ranker.output))
    article = replace(ARTICLE, language=language)
    briefing = brief(scripted_briefer(ranker=late), article, Options(points=2, max_words=100))
    assert (article.sentences[-1].text in body(briefing)) is is_ranked


def test_the_id_depends_on_article_options_and_models() -> None:
    briefer = scripted_briefer()
    ids = {
        briefer.briefing_id(ARTICLE, OPTIONS),
        briefer.briefing_id(replace(ARTICLE, title="Bridge to close"), OPTIONS),
        briefer.briefing_id(replace(ARTICLE, sentences=ARTICLE.sentences[1:]), OPTIONS),
        briefer.briefing_id(ARTICLE, Options(points=3)),
        Briefer(encode, write_nothing, verify, replace(STAMP, revision="2"), embedded_grounding()).briefing_id(
            ARTICLE, OPTIONS
        ),
    }
    assert len(ids) == 5
    assert brief(briefer).id == briefer.briefing_id(ARTICLE, OPTIONS)


def test_a_briefing_made_without_a_check_has_another_id() -> None:
    briefers = [
        Briefer(encode, write_nothing, verify, STAMP, replace(embedded_grounding(), checks=checks))
        for checks in (ENGLISH, ENGLISH.without(["hedge"]), ENGLISH.without(["number"]))
    ]
    assert len({briefer.briefing_id(ARTICLE, OPTIONS) for briefer in briefers}) == 3


def test_an_article_of_which_no_sentence_is_understood_alone_is_refused_with_this_reason() -> None:
    text = "Who is it? It was him, she said. They said so to her. He did it for them. She saw them. It was theirs."
    with pytest.raises(InvalidRequest, match="understood without the others"):
        brief(scripted_briefer(), read_text(text), Options())
