"""Stories: which articles are grouped, independently of their order."""

from __future__ import annotations

import random
import re

import numpy as np

from standfirst.digesting.fingerprint import fingerprint
from standfirst.digesting.stories import Group, group_stories, opening
from standfirst.reading.text import read_text
from tests.api.scripted_service import STORY
from tests.models.scripted import ScriptedEncoder
from tests.reports import OTHER, RIVAL

SENTENCES = re.split(r"(?<=\.) ", STORY)


def groups(*texts: str) -> list[Group]:
    articles = [read_text(text) for text in texts]
    vectors = ScriptedEncoder().encode([opening(article) for article in articles], lambda: False)
    return group_stories([fingerprint(article) for article in articles], vectors)


def test_reports_of_one_event_are_one_story() -> None:
    assert [group.members for group in groups(STORY, OTHER, RIVAL)] == [(0, 2), (1,)]


def test_the_other_near_duplicates_are_copies_of_the_longest() -> None:
    [group] = groups(" ".join(SENTENCES[:4]), STORY, " ".join(SENTENCES[:5]))
    assert group.copies == ((0, 1), (2, 1))
    assert group.distinct == (1,)


def test_identical_texts_are_one_story() -> None:
    assert sorted(group.members for group in groups(STORY, STORY, OTHER, STORY)) == [(0, 1, 3), (2,)]


def test_the_order_of_the_articles_does_not_change_the_groups() -> None:
    texts = [OTHER, STORY, RIVAL, " ".join(SENTENCES[:4]), OTHER.replace("whale", "shark"), "Rain fell in Perth."]
    expected = {frozenset(texts[index] for index in group.members) for group in groups(*texts)}
    for seed in range(5):
        shuffled = random.Random(seed).sample(texts, len(texts))
        assert {frozenset(shuffled[index] for index in group.members) for group in groups(*shuffled)} == expected


def test_one_article_is_a_story_of_its_own() -> None:
    assert groups(STORY) == [Group((0,), (), 0.0)]


def test_no_articles_are_no_stories() -> None:
    assert group_stories([], np.zeros((0, 0), dtype=np.float32)) == []


def test_the_opening_is_the_title_and_three_sentences() -> None:
    article = read_text(STORY, title="Bridge to close")
    assert opening(article) == "Bridge to close. " + " ".join(sentence.text for sentence in article.sentences[:3])
    assert opening(read_text(OTHER)).startswith("The museum")
