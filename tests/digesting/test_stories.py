"""Stories told apart: what is put together, and that the order in which articles come does not matter."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest

from standfirst.digesting.stories import Group, grouped, near_duplicates, opening, telling
from standfirst.reading.text import read_text
from standfirst_models.scripted import ScriptedEncoder
from tests.api.scripted_service import STORY
from tests.reports import OTHER, RIVAL


def groups(*texts: str) -> list[Group]:
    articles = [read_text(text) for text in texts]
    vectors = ScriptedEncoder().encode([opening(article) for article in articles], lambda: False)
    return grouped([telling(article) for article in articles], vectors)


def copies(*texts: str) -> list[tuple[int, int]]:
    return near_duplicates([telling(read_text(text)) for text in texts])


SENTENCES = re.split(r"(?<=\.) ", STORY)


@pytest.mark.parametrize(
    "edited",
    [
        STORY,
        " ".join(SENTENCES[:3]),
        " ".join(SENTENCES[::-1]),
        STORY.replace("Tom Pryce", "Ann Lee").replace("February", "March"),
        STORY.upper(),
        f"By Our Reporter\n\n{STORY}\n\nSubscribe to our newsletter",
    ],
)
def test_what_is_cut_turned_round_or_touched_up_is_a_near_duplicate(edited: str) -> None:
    assert copies(OTHER, STORY, edited) == [(1, 2)]


def test_another_report_of_the_same_event_is_not_a_near_duplicate_but_the_same_story() -> None:
    assert copies(STORY, RIVAL) == []
    assert [group.members for group in groups(STORY, OTHER, RIVAL)] == [(0, 2), (1,)]


def test_of_near_duplicates_the_longest_stands_for_all() -> None:
    [group] = groups(" ".join(SENTENCES[:4]), STORY, " ".join(SENTENCES[:5]))
    assert group.copies == ((0, 1), (2, 1))
    assert group.distinct == (1,)


def test_a_text_of_a_few_words_is_a_near_duplicate_of_none_but_itself() -> None:
    assert copies("Rain fell.", "Rain fell.", "Rain fell again.") == [(0, 1)]


def test_the_same_text_many_times_is_compared_once_and_is_one_story() -> None:
    assert copies(STORY, STORY, OTHER, STORY) == [(0, 1), (0, 3)]
    assert sorted(group.members for group in groups(STORY, STORY, OTHER, STORY)) == [(0, 1, 3), (2,)]


def test_the_order_of_articles_does_not_change_the_groups() -> None:
    texts = [OTHER, STORY, RIVAL, " ".join(SENTENCES[:4]), OTHER.replace("whale", "shark"), "Rain fell in Perth."]
    expected = {frozenset(texts[index] for index in group.members) for group in groups(*texts)}
    for seed in range(5):
        turned = random.Random(seed).sample(texts, len(texts))
        assert {frozenset(turned[index] for index in group.members) for group in groups(*turned)} == expected


def test_one_article_is_a_story_by_itself_and_no_articles_are_none() -> None:
    assert groups(STORY) == [Group((0,), (), 0.0)]
    assert grouped([], np.zeros((0, 0), dtype=np.float32)) == []
