"""Generation: which sentences become candidates."""

from __future__ import annotations

import numpy as np
import pytest

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.generation import Generator
from standfirst.condensing.information import Information
from standfirst.condensing.source_sentence import source_sentences_of
from standfirst.domain.article import Article
from standfirst.domain.briefing import Options
from standfirst.reading.text import read_text
from tests.embedded import embedded_grounding

NAMES = "Ann Ben Carl Dora Emil Fay Gus Hal Ida Jo Kay Leo Mia Ned Ola".split()
ARTICLE = read_text(" ".join(f"The baker {name} Reeve sold {9 + i} loaves on Monday." for i, name in enumerate(NAMES)))


def candidates(article: Article, scores: list[float], options: Options) -> list[Candidate]:
    sources = source_sentences_of(article)
    information = Information(np.eye(len(sources), dtype=np.float32), np.array(scores), {})
    return Generator(article, sources, embedded_grounding().index(article), information).candidates(options)


def sources_of_candidates(scores: list[float], options: Options) -> set[int]:
    return {index for candidate in candidates(ARTICLE, scores, options) for index in candidate.sources}


def test_the_sentences_of_the_highest_scores_and_the_lead_are_candidates() -> None:
    scores = [float(index) for index in range(len(NAMES))]
    assert sources_of_candidates(scores, Options(points=1)) == {0, *range(9, len(NAMES))}


def test_a_lead_that_tells_no_news_is_a_candidate_only_where_there_is_no_other() -> None:
    lead = "Guarding a lighthouse might seem the ideal job for a man who likes to read."
    news = "Bram Otter, 79, was left with a broken rib after a driver hit him on Monday."
    found = candidates(read_text(f"{lead} But {news}"), [1.0, 0.0], Options())
    assert news in {candidate.text for candidate in found}
    assert all(candidate.sources == (1,) for candidate in found)
    [alone] = candidates(read_text(f"{lead} And who would want to know?"), [1.0, 0.0], Options())
    assert (alone.text, alone.may_open) == (lead, False)


def test_a_briefing_does_not_begin_with_a_sentence_that_adds_to_another() -> None:
    lead = "The owner of a mill was fined on Monday."
    other = "Inspectors also found mice in a mill that Jo Reeve runs."
    found = candidates(read_text(f"{lead} {other}"), [0.0, 1.0], Options())
    assert {candidate.sources for candidate in found if candidate.may_open} == {(0,)}


@pytest.mark.parametrize(
    "other",
    [
        "Three men were convicted in 2010 of the theft of 14 loaves from the mill.",
        "Ms Penn named 14 people who had eaten the bread of the mill.",
    ],
)
def test_a_briefing_does_not_begin_with_a_past_year_or_a_surname_that_the_lead_explains(other: str) -> None:
    lead = "The owner of a mill has been cleared of theft by a court of appeal, its judge Ruth Penn said on Monday."
    found = candidates(read_text(f"{lead} {other}"), [0.0, 1.0], Options())
    assert {candidate.sources for candidate in found if candidate.may_open} == {(0,)}


def test_the_first_sentence_behind_a_question_is_a_candidate_though_its_verb_may_be_a_noun() -> None:
    text = "What changes? From Monday a single ferry ticket in Greater Orrin costs £3. Who pays? The region does."
    assert (1,) in {candidate.sources for candidate in candidates(read_text(text), [0.0, 1.0, 0.0, 0.0], Options())}


def test_a_clause_that_opens_with_because_is_no_candidate() -> None:
    text = "The owner of a mill was fined on Monday. Because the mill was old and the mice were many."
    found = candidates(read_text(text), [0.0, 1.0], Options())
    assert {candidate.sources for candidate in found} == {(0,)}


def test_the_first_sentence_that_names_a_person_has_the_full_name_within_the_limit() -> None:
    text = "The mayor Anna Lind opened the mill. Lind praised the miller. Lind sold the old one."
    article = read_text(text)
    sources = source_sentences_of(article)
    information = Information(np.eye(len(sources), dtype=np.float32), np.ones(len(sources)), {})
    generator = Generator(article, sources, embedded_grounding().index(article), information)
    chosen = generator.quotations()[1:]
    told = [candidate.text for candidate in generator.introduced([], chosen, 10)]
    assert told == ["Anna Lind praised the miller.", "Lind sold the old one."]
    assert generator.introduced([], chosen, 9) == chosen
    assert generator.introduced(generator.quotations()[:1], chosen, 10) == chosen
