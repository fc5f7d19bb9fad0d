"""Selection: the set keeps its limits, repeats nothing, is understood, and begins with the news."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.information import Information
from standfirst.condensing.selection import choose, fit_whole, in_order
from standfirst.condensing.source_sentence import source_sentences_of
from standfirst.domain.briefing import Options
from standfirst.reading.text import read_text
from tests.api.scripted_service import STORY

SOURCES = source_sentences_of(read_text(STORY))


def candidate(text: str, source: int = 0, follows: int | None = None) -> Candidate:
    """A candidate whose words are its stems."""
    return Candidate(text, "quoted", (source,), frozenset(text.split()), follows)


def information(count: int, words: dict[str, float] | None = None) -> Information:
    """Information on ``count`` sentences about one matter, with a cosine of 0.6, of which none has a higher score."""
    vectors = np.hstack([np.full((count, 1), 0.6**0.5), np.eye(count) * 0.4**0.5]).astype(np.float32)
    return Information(vectors, np.zeros(count), words or {})


@st.composite
def articles(draw: st.DrawFn) -> tuple[list[Candidate], Information]:
    count = draw(st.integers(1, 12))
    words = [f"w{i}" for i in range(20)]
    salience = {word: draw(st.floats(0, 1)) for word in words}
    texts = st.lists(st.sampled_from(words), min_size=1, max_size=12).map(" ".join)
    found = [
        candidate(draw(texts), index, draw(st.sampled_from([None, index - 1])) if index else None)
        for index in range(count)
        for _ in range(draw(st.integers(1, 2)))
    ]
    return found, information(count, salience)


@given(articles(), st.integers(0, 10), st.integers(0, 60))
def test_the_set_keeps_its_limits_repeats_nothing_and_is_understood(
    article: tuple[list[Candidate], Information], points: int, max_words: int
) -> None:
    candidates, known = article
    chosen = choose(candidates, known, Options(points=points, max_words=max_words))
    assert len(chosen) <= 1 + points
    assert sum(c.words for c in chosen) <= max_words
    sources = [c.sources[0] for c in chosen]
    assert len(set(sources)) == len(sources)
    assert not any(known.repeats(later, chosen[:i]) for i, later in enumerate(chosen))
    for before, after in zip([None, *chosen], chosen, strict=False):
        assert after.follows is None or (before is not None and before.sources[-1] == after.follows)
    assert chosen == choose(candidates, known, Options(points=points, max_words=max_words))


def test_of_two_forms_of_a_sentence_the_one_that_says_most_for_its_words_is_chosen() -> None:
    whole, shorter = candidate("bridge closed yesterday in the rain"), candidate("bridge closed")
    known = information(1, {"bridge": 1.0, "closed": 1.0, "rain": 0.01})
    assert choose([whole, shorter], known, Options()) == [shorter]


def test_a_later_sentence_that_says_the_same_is_not_chosen() -> None:
    news, again = candidate("bridge closed monday"), candidate("monday bridge closed council", 1)
    salience = {"bridge": 2.0, "closed": 2.0, "monday": 2.0, "council": 0.5}
    assert choose([news, again], information(2, salience), Options()) == [news]


def test_the_standfirst_is_the_lead_unless_the_title_tells_of_another_sentence() -> None:
    lead, other = candidate("The bridge closed today."), candidate("The council voted today.", 1)
    known = information(2, dict.fromkeys(["bridge", "closed", "council", "voted"], 1.0))
    assert choose([other, lead], known, Options(points=0)) == [lead]
    titled = Information(np.eye(2, dtype=np.float32), known.scores, known.words, title=np.eye(2, dtype=np.float32)[1])
    assert choose([other, lead], titled, Options(points=0)) == [other]


def test_a_briefing_does_not_begin_with_what_refers_to_something_before_it() -> None:
    lead = candidate("Rain fell on the town.")
    whole = replace(candidate("On the call the mayor of Felden closed the bridge.", 1), may_open=False)
    shorter = candidate("The mayor of Felden closed the bridge.", 1)
    known = information(2, dict.fromkeys(["call", "mayor", "Felden", "closed", "bridge."], 2.0))
    assert choose([lead, whole, shorter], known, Options(points=0)) == [shorter]


def test_behind_a_lead_that_may_not_begin_a_briefing_the_next_sentence_is_the_lead() -> None:
    teaser = replace(candidate("a quiet job"), may_open=False)
    lead = candidate("the guard of the old lighthouse was found in the sea", 1)
    other = candidate("the lamp was lit by boys", 2)
    known = information(3, {"lamp": 0.5, "lit": 0.5, "boys": 0.5})
    assert choose([teaser, lead, other], known, Options(points=0)) == [lead]


def test_a_sentence_that_needs_the_one_before_it_is_chosen_only_behind_it() -> None:
    lead, dependent = candidate("bridge closed"), candidate("it collapsed", 1, follows=0)
    other = candidate("council vote", 2)
    known = information(3, {"bridge": 1.0, "closed": 1.0, "collapsed": 5.0, "council": 1.0, "vote": 1.0})
    assert choose([lead, dependent, other], known, Options()) == [lead, dependent, other]
    assert choose([dependent, other], known, Options()) == [other]


def test_the_standfirst_comes_first_and_the_others_in_the_articles_order() -> None:
    first, second, third = (candidate(f"w{i}", i) for i in range(3))
    behind = candidate("w3", 3, follows=2)
    assert in_order([third, second, first, behind]) == [third, behind, first, second]


def test_in_a_language_without_known_words_the_lead_and_the_highest_scores_are_chosen() -> None:
    known = Information(np.eye(4, dtype=np.float32), np.array([0.1, -1.0, 2.0, 0.3]), {})
    candidates = [candidate(" ".join([f"w{i}"] * 8), i) for i in range(4)]
    assert choose(candidates, known, Options(points=1)) == [candidates[0], candidates[2]]


def test_nothing_is_chosen_where_nothing_fits() -> None:
    assert choose([candidate("bridge closed")], information(1), Options(max_words=1)) == []


@pytest.mark.parametrize(
    ("options", "fits"),
    [(Options(points=5, max_words=200), True), (Options(points=4), False), (Options(points=5, max_words=20), False)],
)
def test_an_article_fits_whole_if_neither_limit_is_exceeded(options: Options, fits: bool) -> None:
    assert fit_whole(SOURCES, options) is fits


def test_a_lead_of_a_few_words_is_not_the_news_before_a_sentence_that_tells_it() -> None:
    lead, news = candidate("man charged"), candidate("Lee accused of burning the hall of the town", 1)
    words = dict.fromkeys(["man", "charged", "Lee", "accused", "burning", "hall", "town"], 0.8)
    assert choose([lead, news], information(2, words), Options(points=0)) == [news]
    longer = candidate("man charged with burning the hall of the town")
    assert choose([longer, news], information(2, words), Options(points=0)) == [longer]


def test_behind_the_first_point_no_sentence_is_chosen_that_says_little_for_its_words() -> None:
    filler = [candidate(" ".join([f"w{index}", *(f"x{index}{i}" for i in range(19))]), index) for index in (1, 2)]
    story = [candidate("the news", 0), *filler]
    words = information(3, {"news": 1.0, "w1": 0.3, "w2": 0.2})
    assert choose(story, words, Options()) == [story[0], story[1]]
    assert choose(story, words, Options(fill=True)) == story
